using System.Collections.Immutable;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Core.Merge;

namespace DeltaTools;

/// <summary>Whether a report table is what its raw table says.</summary>
public sealed class ReportTest : TableOutput
{
    internal ReportTest(TableArgument table, string source, ReportTestResult result) : base(table)
    {
        Source = source;
        ReportDate = result.ReportDate;
        SnapshotId = result.SnapshotId;
        Passed = result.Passed;
        Same = result.Same;
        Missing = result.Missing;
        Surplus = result.Surplus;
        Different = result.Different;
        Differences = result.Differences;
    }

    /// <summary>The raw table.</summary>
    public string Source { get; }

    /// <summary>The date that the report stands at.</summary>
    public DateOnly ReportDate { get; }

    public long? SnapshotId { get; }

    /// <summary>Whether every row is as a replay of the raw table gives it.</summary>
    public bool Passed { get; }

    /// <summary>Rows that are as they should be.</summary>
    public long Same { get; }

    /// <summary>Rows that the replay has and the table has not.</summary>
    public long Missing { get; }

    /// <summary>Rows that the table has and the replay has not.</summary>
    public long Surplus { get; }

    /// <summary>Rows whose values differ.</summary>
    public long Different { get; }

    /// <summary>The first rows of each kind by their keys: Insert is missing, Delete is surplus; Before is the table, After the replay.</summary>
    public ImmutableArray<MergeChange> Differences { get; }
}
