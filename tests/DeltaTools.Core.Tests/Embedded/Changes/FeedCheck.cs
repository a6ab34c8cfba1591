using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Changes;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Storage;
using DeltaTools.Core.Tests.Merge;

namespace DeltaTools.Core.Tests.Embedded.Changes;

/// <summary>Applies change feeds to states of a table and compares with other states of it.</summary>
internal sealed class FeedCheck(DuckSession session, IObjectStore store, TableMetadata metadata, Schema schema, RowIdentity identity)
{
    private readonly Dictionary<long, List<string>> _states = [];

    /// <summary>The net feed from one state to the other, applied to the one, gives the other.</summary>
    public async Task NetAsync(Snapshot? from, Snapshot to) =>
        await ApplyAsync(from, to, [new ChangeStep(from, to)]);

    /// <summary>So do the feeds of the snapshots between, one after the other.</summary>
    public async Task StepsAsync(Snapshot? from, Snapshot to)
    {
        if (ChangeFeed.Steps(metadata, from?.SnapshotId, to.SnapshotId) is { } steps) await ApplyAsync(from, to, steps);
    }

    public async Task<List<(RowChange Change, string Row)>> FeedAsync(Snapshot? from, Snapshot to)
    {
        await using ChangeSet changes = await new ChangeFeed(session, store, metadata, schema, identity).OpenAsync(from, to, default);
        var feed = new List<(RowChange, string)>();
        await foreach (RowBatch batch in changes.ReadAsync(default))
        {
            for (int i = 0; i < batch.Count; i++)
            {
                object?[] row = batch.Row(i);
                feed.Add(((RowChange)Convert.ToInt32(row[0], CultureInfo.InvariantCulture), Text(row[1..])));
            }
        }
        Assert.Empty(feed.Where(f => f.Item1 == RowChange.Delete).Select(f => f.Item2).Intersect(feed.Where(f => f.Item1 == RowChange.Insert).Select(f => f.Item2)));
        ChangeCounts counts = await changes.CountAsync(default);
        Assert.Equal(
            (feed.Count(f => f.Item1 == RowChange.Insert), feed.Count(f => f.Item1 == RowChange.UpdateAfter), feed.Count(f => f.Item1 == RowChange.Delete)),
            ((int)counts.Inserted, (int)counts.Updated, (int)counts.Deleted));
        return feed;
    }

    private async Task ApplyAsync(Snapshot? from, Snapshot to, ImmutableArray<ChangeStep> steps)
    {
        List<string> rows = [.. await StateAsync(from)];
        foreach (ChangeStep step in steps)
        {
            List<(RowChange Change, string Row)> feed = await FeedAsync(step.Before, step.After);
            Assert.Equal(feed.Count(f => f.Change == RowChange.UpdateBefore), feed.Count(f => f.Change == RowChange.UpdateAfter));
            for (int i = 0; i < feed.Count; i++)
            {
                (RowChange change, string row) = feed[i];
                if (change is RowChange.Delete or RowChange.UpdateBefore) Assert.True(rows.Remove(row), $"{change} of a row that is not there: {row}");
                else rows.Add(row);
                if (change == RowChange.UpdateAfter)
                {
                    Assert.Equal(RowChange.UpdateBefore, feed[i - 1].Change);
                    Assert.NotEqual(feed[i - 1].Row, row);
                }
            }
        }
        Assert.Equal(await StateAsync(to), rows.Order(StringComparer.Ordinal));
    }

    private async Task<List<string>> StateAsync(Snapshot? snapshot)
    {
        if (snapshot is null) return [];
        if (_states.TryGetValue(snapshot.SnapshotId, out List<string>? known)) return known;
        ScanPlan plan = await ScanPlanner.PlanAsync(store, metadata, snapshot, schema, ScanOptions.All, default);
        await using PreparedScan scan = await PreparedScan.OpenAsync(session, store, new ScanInput
        {
            Tasks = plan.Tasks,
            Columns = schema.Fields,
            Schemas = metadata.Schemas,
            NameMapping = NameMappingJson.Of(metadata),
        }, default);
        var rows = new List<string>();
        await foreach (RowBatch batch in scan.ReadAsync(ValueForm.User, default))
        {
            for (int i = 0; i < batch.Count; i++) rows.Add(Text(batch.Row(i)));
        }
        rows.Sort(StringComparer.Ordinal);
        return _states[snapshot.SnapshotId] = rows;
    }

    private static string Text(object?[] row) => string.Join('|', row.Select(v => v switch
    {
        StructValue s => $"{{{string.Join(",", s.Values.Select(Warehouse.Text))}}}",
        System.Collections.Specialized.OrderedDictionary m => $"<{string.Join(",", m.Keys.Cast<object>().Select(k => $"{Warehouse.Text(k)}:{Warehouse.Text(m[k])}"))}>",
        _ => Warehouse.Text(v),
    }));
}
