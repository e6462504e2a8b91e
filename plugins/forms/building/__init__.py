"""The editors' side: register, builder, rules, versions, groups, statistics."""
