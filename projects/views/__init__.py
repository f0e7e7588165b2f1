from projects.views.project import CoordinatorsOwn, NameList, NamePage

__all__ = ["CoordinatorsOwn", "NameList", "NamePage"]
