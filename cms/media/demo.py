def load(data, report):
    pass
