using System.Globalization;
using DeltaTools.Core.Spec;

namespace DeltaTools.Cmdlets;

/// <summary>What our own commits note in snapshot summaries.</summary>
internal static class Ledger
{
    public static DateOnly? ReportDate(Snapshot snapshot) =>
        snapshot.Summary.TryGetValue("deltatools.report-date", out string? text)
        && DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date) ? date : null;

    public static string? CommittedBy(Snapshot snapshot) => snapshot.Summary.GetValueOrDefault("deltatools.committed-by");
}
