"""Pages and figures of running applications, drawn for one reader from what they asked to be given"""

from medark.flows.pages.drawn import PagePlace, ShownPage, figure, page, page_of_task, pages

__all__ = ["PagePlace", "ShownPage", "figure", "page", "page_of_task", "pages"]
