"""What to do about notes and tasks of hand-offs that a system refused, in both languages."""

from collections.abc import Mapping

from app.domain.activity import Label

FIXES: Mapping[str, Label] = {
    "handoff": Label(
        en="The system refused the note or the task of a hand-off; its fields are told all the "
        "same. Mend what the reason says, then try again. A change of the hand-off tries again by "
        "itself.",
        ja="引き継ぎのメモまたはToDoが相手システムに拒否されました(項目の値は別途反映されます)。"
        "理由を解消し、再試行してください。引き継ぎが更新されれば自動で再試行します。",
    ),
}
