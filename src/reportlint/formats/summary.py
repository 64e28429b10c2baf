"""What a whole run came to: added up report by report, and said in a sentence."""

from collections import Counter
from typing import NamedTuple

from reportlint.diagnostic import Checked, Diagnostic, Language, Severity, Tally, Text

NOTHING = Tally()


class Totals(NamedTuple):
    """The sums over all reports so far.

    unrecognised: Reports that could not be read, or that no profile recognised. waived: Counted nowhere else.
    fixable: With a fix that can be applied. safe: Of these, where the meaning cannot change.
    """

    reports: int = 0
    unrecognised: int = 0
    error: int = 0
    warning: int = 0
    info: int = 0
    fixable: int = 0
    waived: int = 0
    rules: Tally = NOTHING
    identities: Tally = NOTHING
    safe: int = 0

    def add(self, report: Checked) -> "Totals":
        """These totals with one report more."""
        standing = report.standing
        severities = Counter(diagnostic.severity for diagnostic in standing)
        return Totals(
            reports=self.reports + report.is_report,
            unrecognised=self.unrecognised + (report.is_report and report.profile is None),
            error=self.error + severities[Severity.ERROR],
            warning=self.warning + severities[Severity.WARNING],
            info=self.info + severities[Severity.INFO],
            fixable=self.fixable + sum(map(is_fixable, standing)),
            waived=self.waived + len(report.diagnostics) - len(standing),
            rules=self.rules + report.rules,
            identities=self.identities + report.identities,
            safe=self.safe + sum(each.fix is not None and each.fix.safety == "safe" for each in standing),
        )


def is_fixable(diagnostic: Diagnostic) -> bool:
    """Whether a fix can be applied; one that is only to be looked at does not count."""
    return diagnostic.fix is not None and diagnostic.fix.safety != "display"


def coverage_line(totals: Totals, language: Language) -> str:
    """How much was checked and what came of it, for standard error; without a line end."""
    return chinese(totals) if language == "zh" else english(totals)


def fixes_line(totals: Totals, language: Language) -> str:
    """How much of it can be fixed, for standard error; without a line end."""
    safe, more = totals.safe, totals.fixable - totals.safe
    said = [Text(f"可用 --fix 改正 {safe} 处", f"{safe} can be fixed with --fix")] if safe else []
    if more:
        also = Text("另有", " more") if safe else Text("有", " can be fixed")
        said.append(
            Text(
                f"{also.zh} {more} 处可用 --fix --unsafe-fixes 改正（意思可能改变，改后请核对）",
                f"{more}{also.en} with --fix --unsafe-fixes, where the meaning may change",
            )
        )
    if language == "zh":
        return "；".join(text.zh for text in said) + "。"
    return "; ".join(text.en for text in said) + "."


def chinese(totals: Totals) -> str:
    rules, identities = totals.rules, totals.identities
    unrecognised = f"（其中 {totals.unrecognised} 份无法读取或识别）" if totals.unrecognised else ""
    waived = f"，{totals.waived} 个已豁免" if totals.waived else ""
    return (
        f"检查了 {totals.reports} 份报告{unrecognised}："
        f"{totals.error} 个错误，{totals.warning} 个警告，{totals.info} 个提示{waived}。"
        f"规则：{rules.held} 条成立，{rules.failed} 条不成立，{rules.undecided} 条无法判断；"
        f"勾稽关系：{identities.held} 个成立，{identities.failed} 个不成立，"
        f"{identities.undecided} 个无法判断。"
    )


def english(totals: Totals) -> str:
    rules, identities = totals.rules, totals.identities
    unrecognised = f" ({totals.unrecognised} not readable or not recognised)" if totals.unrecognised else ""
    waived = f", {totals.waived} waived" if totals.waived else ""
    return (
        f"checked {counted(totals.reports, 'report')}{unrecognised}: {counted(totals.error, 'error')}, "
        f"{counted(totals.warning, 'warning')}, {totals.info} info{waived}. "
        f"Rules: {rules.held} held, {rules.failed} failed, {rules.undecided} could not be told; "
        f"identities: {identities.held} held, {identities.failed} broken, "
        f"{identities.undecided} could not be told."
    )


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
