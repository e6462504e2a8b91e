"""The copies of the projection in Elasticsearch: how they look, how they are filled, what when it is away."""
