using System.Collections.Immutable;
using System.Globalization;
using CsCheck;
using DeltaTools.Core.Checks;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Evolution;
using DeltaTools.Core.Spec.Text;
using DeltaTools.Core.Tables.Actions;
using DeltaTools.Core.Tests.Embedded;

namespace DeltaTools.Core.Tests.Tables;

/// <summary>Schema and partitioning change at random between appends and deletes; every snapshot still reads as it did.</summary>
public sealed class EvolutionPropertyTests
{
    private static readonly IcebergType[] s_types =
    [
        IcebergType.Int, IcebergType.Long, IcebergType.Float, IcebergType.Double, IcebergType.Decimal(6, 2), IcebergType.Date, IcebergType.String,
        IcebergType.Timestamp, IcebergType.Boolean, new StructType([new NestedField(1, "a", IcebergType.Int), new NestedField(2, "b", IcebergType.String)]),
    ];

    private static readonly Gen<(int Step, int A, int B)[]> s_steps = Gen.Select(Gen.Int[0, 11], Gen.Int[0, 99], Gen.Int[0, 99]).Array[4, 14];

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Evolve_EverySnapshotReadsAsItDid(int version) => s_steps.Sample(
        steps => RunAsync(version, steps).GetAwaiter().GetResult(), iter: 15, threads: 1);

    private static async Task RunAsync(int version, (int Step, int A, int B)[] steps)
    {
        await using LiveTable live = await LiveTable.CreateAsync(SchemaText.Parse("id long not null, n int, t string, d date"), version, "bucket(3, id)");
        var model = new Model(live);
        await model.AppendAsync(5);
        foreach ((int step, int a, int b) in steps)
        {
            try
            {
                await model.StepAsync(step, a, b);
            }
            catch (IcebergException e) when (e.Kind is IcebergErrorKind.InvalidArgument or IcebergErrorKind.Unsupported)
            {
                // What the rules forbid - dropping a partition's column, a name that is taken - changes nothing.
            }
            Assert.Equal(model.Expected, await ReadAsync(live, live.Metadata.CurrentSnapshot!, live.Metadata.CurrentSchema));
        }
        foreach ((long snapshot, string[] rows) in model.Seen)
        {
            Snapshot found = live.Metadata.Snapshot(snapshot)!;
            Assert.Equal(rows, await ReadAsync(live, found, live.Metadata.SchemaOf(found)));
        }
        ImmutableArray<Finding> findings = await TableCheck.RunAsync(
            live.Table.Store, live.Metadata, live.Table.MetadataLocation, new TableCheckOptions { Deep = true, Engine = live.Session.Options }, default);
        Assert.DoesNotContain(findings, f => f.Severity == FindingSeverity.Error);
    }

    private static async Task<string[]> ReadAsync(LiveTable live, Snapshot snapshot, Schema schema) =>
        RandomTables.Sorted(await live.ValuesAsync(snapshot, schema));

    /// <summary>What the table must hold: rows with their values by field id.</summary>
    private sealed class Model(LiveTable live)
    {
        private readonly List<Dictionary<int, object?>> _rows = [];
        private int _values;

        /// <summary>The rows that each snapshot had when it was made, by the schema of then.</summary>
        public List<(long Snapshot, string[] Rows)> Seen { get; } = [];

        public string[] Expected => RandomTables.Sorted(_rows.Select(r => Project(live.Metadata.CurrentSchema.Fields, r)));

        private NestedField[] Columns => [.. live.Metadata.CurrentSchema.Fields];

        public Task StepAsync(int step, int a, int b)
        {
            NestedField column = Columns[a % Columns.Length];
            return step switch
            {
                0 or 1 or 2 => AppendAsync(1 + (a % 4)),
                3 => DeleteAsync(2 + (a % 3), b % 2),
                4 => AddAsync(s_types[a % s_types.Length], b),
                5 => live.CommitAsync(new UpdateSchema([new DropColumn(column.Name)])),
                6 => live.CommitAsync(new UpdateSchema([new RenameColumn(column.Name, $"c{b % 6}")])),
                7 => WidenAsync(column),
                8 => live.CommitAsync(new UpdateSchema([new MoveColumn(column.Name, ColumnPosition.First)])),
                9 => live.CommitAsync(new UpdatePartitionSpec([new AddPartitionField(column.Name, Transforms(b))])),
                10 => live.CommitAsync(new UpdatePartitionSpec(
                    [new RemovePartitionField(live.Metadata.DefaultSpec.Fields.Select(f => f.Name).ElementAtOrDefault(a % 3) ?? "none")])),
                _ => live.CommitAsync(new UpdateSchema([new MakeColumnOptional(column.Name)])),
            };
        }

        public async Task AppendAsync(int count)
        {
            object?[][] rows = [.. Enumerable.Range(0, count).Select(_ => Columns.Select(Value).ToArray())];
            Snapshot snapshot = await live.AppendAsync(RandomTables.Select(live.Metadata.CurrentSchema, rows));
            foreach (object?[] row in rows) _rows.Add(Columns.Select((c, i) => KeyValuePair.Create(c.Id, row[i])).ToDictionary());
            Seen.Add((snapshot.SnapshotId, Expected));
        }

        private async Task DeleteAsync(int divisor, int rest)
        {
            if (live.Metadata.CurrentSchema.FindField(1) is null) return;
            if (await live.DeleteAsync(string.Create(CultureInfo.InvariantCulture, $"f1 % {divisor} = {rest}")) is not { } snapshot) return;
            _rows.RemoveAll(r => (long)r[1]! % divisor == rest);
            Seen.Add((snapshot.SnapshotId, Expected));
        }

        private async Task AddAsync(IcebergType type, int b)
        {
            bool hasDefault = live.Metadata.FormatVersion >= 3 && type.IsPrimitive && b % 2 == 0;
            NestedField column = new(1, $"c{b % 6}", type, WriteDefault: hasDefault ? Value(type, b) : null);
            await live.CommitAsync(new UpdateSchema([new AddColumn(null, column)]));
            NestedField added = Columns.MaxBy(c => c.Id)!;
            foreach (Dictionary<int, object?> row in _rows) row[added.Id] = added.InitialDefault;
        }

        private async Task WidenAsync(NestedField column)
        {
            IcebergType? wider = column.Type switch
            {
                { Id: TypeId.Int } => IcebergType.Long,
                { Id: TypeId.Float } => IcebergType.Double,
                DecimalType d => IcebergType.Decimal(Math.Min(38, d.Precision + 7), d.Scale),
                { Id: TypeId.Date } => IcebergType.Timestamp,
                _ => null,
            };
            if (wider is null) return;
            await live.CommitAsync(new UpdateSchema([new WidenColumn(column.Name, wider)]));
            foreach (Dictionary<int, object?> row in _rows) row[column.Id] = Promotion.Convert(row[column.Id], wider);
        }

        private static Transform Transforms(int b) => (b % 6) switch
        {
            0 => Transform.Identity,
            1 => Transform.Bucket(2 + (b % 5)),
            2 => Transform.Truncate(1 + (b % 4)),
            3 => Transform.Month,
            4 => Transform.Day,
            _ => Transform.Year,
        };

        private object? Value(NestedField field) => field.Id != 1 && !field.Required && _values % 5 == 0 && ++_values > 0 ? null : Value(field.Type, ++_values);

        /// <summary>Many equal values, so that partitions have several rows.</summary>
        private static object Value(IcebergType type, int n) => type switch
        {
            StructType s => s.Fields.Select((f, i) => (object?)Value(f.Type, n + i)).ToArray(),
            DecimalType d => new DecimalValue(n % 9 * 25, d.Scale),
            _ => type.Id switch
            {
                TypeId.Int => n % 7 - 3,
                TypeId.Long => (long)n,
                TypeId.Float => n % 5 + 0.5f,
                TypeId.Double => n % 5 + 0.25,
                TypeId.Date => 18_000 + (n % 4 * 40),
                TypeId.Timestamp => (18_000L + (n % 3)) * 86_400_000_000 + n,
                TypeId.Boolean => n % 2 == 0,
                _ => $"text {n % 4}",
            },
        };

        private static object?[] Project(ImmutableArray<NestedField> fields, Dictionary<int, object?> row) => [.. fields.Select(f => row[f.Id])];
    }
}
