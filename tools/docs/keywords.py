"""Show ``**inputs: Unpack[…]`` as the keywords that it stands for, as an editor does."""

from typing import Any

from griffe import DocstringSectionParameters, Function, UnpackTypedDictExtension


class Keywords(UnpackTypedDictExtension):
    """griffe's own extension, also for overloads, and for docstrings that describe keywords."""

    def on_function(self, *, func: Function, **kwargs: Any) -> None:
        """Keep one description of each keyword, and `None` as its default."""
        super().on_function(func=func, **kwargs)
        for parameter in func.parameters:
            if parameter.default == "...":
                parameter.default = "None"
        for section in func.docstring.parsed if func.docstring else ():
            if isinstance(section, DocstringSectionParameters):
                # Those of the dict come last, and have the types.
                section.value = list({each.name: each for each in section.value}.values())
        for overload in func.overloads or ():
            self.on_function(func=overload)
