using System.Collections.Immutable;
using DeltaTools.Core.Checks;
using DeltaTools.Core.Embedded;

namespace DeltaTools.Core.Tests.Checks;

/// <summary>Tables of other writers are sound but for files that were not kept with them.</summary>
public sealed class FixtureCheckTests
{
    public static TheoryData<string> Tables => [.. FixtureTable.Names];

    /// <summary>What was edited by hand to be wrong: deletes with NULL for path and position, in files newer than their snapshot; a record count.</summary>
    private static readonly Dictionary<string, CheckKind[]> s_damaged = new()
    {
        ["impala-v2-null-delete-record"] = [CheckKind.SequenceNumber, CheckKind.Deletes],
        ["impala-v2-eqdelete-nulls"] = [CheckKind.RecordCount],
    };

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Check_RaisesNoFalseAlarm(string name)
    {
        FixtureTable table = FixtureTable.Open(name);
        var options = new TableCheckOptions { Deep = true, Engine = new DuckOptions { Threads = 2, MemoryLimit = 512L << 20 } };

        ImmutableArray<Finding> findings = await TableCheck.RunAsync(table.Store, table.Metadata, name, options, default);

        foreach (Finding finding in findings.Where(f => f.Check is CheckKind.FileMissing or CheckKind.FileSize))
        {
            // Some files were not kept with the fixture, and some were made smaller by whoever made it.
            long? size = (await table.Store.FindAsync(finding.Path!, default))?.Size;
            Assert.Contains(size is null ? "missing" : $"has {size} bytes", finding.Message, StringComparison.Ordinal);
        }
        string[] errors =
        [
            .. findings.Where(f => f.Severity == FindingSeverity.Error && f.Check is not (CheckKind.FileMissing or CheckKind.FileSize)
                && !(s_damaged.TryGetValue(name, out CheckKind[]? known) && known.Contains(f.Check))).Select(f => $"{f.Check} {f.Path} {f.Message}"),
        ];
        Assert.True(errors.Length == 0, string.Join("\n", errors));
        // What is missing belongs to older snapshots only.
        Assert.DoesNotContain(findings, f => f.Check == CheckKind.FileMissing && f.Severity == FindingSeverity.Error && f.SnapshotId == table.Metadata.CurrentSnapshotId);
    }
}
