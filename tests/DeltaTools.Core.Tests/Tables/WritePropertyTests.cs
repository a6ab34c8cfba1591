using System.Collections.Immutable;
using CsCheck;
using DeltaTools.Core.Checks;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;
using DeltaTools.Core.Tests.Embedded;

namespace DeltaTools.Core.Tests.Tables;

/// <summary>Random schemas and rows, partitioned at random, written in several commits with deletes in between, read back equal.</summary>
public sealed class WritePropertyTests
{
    private const string Number = "row number";

    private static readonly Gen<Case> s_cases =
        from table in RandomTables.Table
        from more in RandomTables.Rows(table.Schema, 0, 10)
        from version in Gen.Int[2, 3]
        from transform in Gen.OneOf<Transform?>(null, Transform.Identity, Transform.Bucket(3), Transform.Truncate(4), Transform.Day, Transform.Year, Transform.Void)
        from divisors in Gen.Int[2, 4].Array[2]
        select Make(table.Schema, [table.Rows, more], version, transform, divisors);

    [Fact]
    public void Write_WithPartitionsAndDeletesReadsBackEqual() => s_cases.Sample(c => RunAsync(c).GetAwaiter().GetResult(), iter: 40, threads: 1);

    private static async Task RunAsync(Case c)
    {
        await using LiveTable live = await LiveTable.CreateAsync(c.Schema, c.Version, c.Partition);
        List<object?[]> expected = [];
        for (int i = 0; i < c.Batches.Length; i++)
        {
            if (c.Batches[i].Length > 0) await live.AppendAsync(RandomTables.Select(live.Metadata.CurrentSchema, c.Batches[i]));
            expected.AddRange(c.Batches[i]);
            if (live.Metadata.CurrentSnapshot is null) continue;
            await live.DeleteAsync($"f{c.Schema.Fields[^1].Id} % {c.Divisors[i]} = 1");
            expected.RemoveAll(r => (long)r[^1]! % c.Divisors[i] == 1);
            Assert.Equal(RandomTables.Sorted(expected), RandomTables.Sorted(await live.ValuesAsync(live.Metadata.CurrentSnapshot, live.Metadata.CurrentSchema)));
        }
        ImmutableArray<Finding> findings = await TableCheck.RunAsync(
            live.Table.Store, live.Metadata, live.Table.MetadataLocation, new TableCheckOptions { Deep = true, Engine = live.Session.Options }, default);
        Assert.True(findings.All(f => f.Severity != FindingSeverity.Error), string.Join('\n', findings.Select(f => $"{f.Check} {f.Message}")));
    }

    /// <summary>The schema gets a column that numbers the rows, which deletes go by.</summary>
    private static Case Make(Schema schema, object?[][][] batches, int version, Transform? transform, int[] divisors)
    {
        long number = 0;
        batches = [.. batches.Select(b => b.Select(r => (object?[])[.. r, number++]).ToArray())];
        int id = schema.AllFields.Max(f => f.Id) + 1;
        Schema numbered = new(0, new StructType([.. schema.Fields, new NestedField(id, Number, IcebergType.Long, Required: true)]), []);
        NestedField? source = numbered.Fields.FirstOrDefault(f => f.Type.IsPrimitive && transform is not null && Transforms.CanApply(transform, f.Type));
        // The engine takes both zeros for one partition, and cannot floor the least numbers.
        if (source is not null) batches = [.. batches.Select(b => b.Where(r => !IsEdge(r[numbered.Fields.IndexOf(source)])).ToArray())];
        bool needs3 = numbered.AllFields.Any(f => f.Type.Id is TypeId.TimestampNs or TypeId.TimestampTzNs);
        string column = source is null ? "" : $"\"{source.Name}\"";
        ImmutableArray<string> partition = source is null ? [] : [transform switch
        {
            IdentityTransform => column,
            BucketTransform b => $"bucket({b.Count}, {column})",
            TruncateTransform t => $"truncate({t.Width}, {column})",
            _ => $"{transform}({column})",
        }];
        return new(numbered, batches, needs3 ? 3 : version, partition, divisors);
    }

    private static bool IsEdge(object? value) => value is 0f or 0d or (int and < int.MinValue + 4) or (long and < long.MinValue + 4);

    private sealed record Case(Schema Schema, object?[][][] Batches, int Version, ImmutableArray<string> Partition, int[] Divisors);
}
