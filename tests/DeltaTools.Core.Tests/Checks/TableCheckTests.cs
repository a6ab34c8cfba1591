using System.Collections.Immutable;
using DeltaTools.Core.Checks;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Manifests;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Evolution;
using DeltaTools.Core.Spec.Text;
using DeltaTools.Core.Spec.Values;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Tests.Checks;

/// <summary>Each kind of damage is found, and nothing else.</summary>
public sealed class TableCheckTests
{
    private const string Rows = "SELECT i AS f1, 'name ' || i AS f2, 'NaN'::DOUBLE AS f3, DATE '2021-01-01' + i::INT AS f4 FROM range(10) r(i)";

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Check_OfAHealthyTableFindsNothing(int version)
    {
        Schema schema = SchemaText.Parse("id long not null, name string, x double, born date, more struct<a: int, b: list<string>>");
        await using LiveTable live = await LiveTable.CreateAsync(schema, version, "month(born)", "bucket(3, id)", "truncate(5, name)");
        await live.AppendAsync(Rows.Replace(" FROM", ", {'a': i::INT, 'b': ['x']} AS f5 FROM", StringComparison.Ordinal));
        await live.DeleteAsync("f1 IN (3, 4)");
        await live.CommitAsync(new UpdateSchema([new RenameColumn("name", "surname"), new AddColumn(null, SchemaText.ParseColumn("city string"))]));
        await live.AppendAsync("SELECT 77::BIGINT AS f1, NULL::VARCHAR AS f2, 1.5 AS f3, NULL::DATE AS f4, NULL::STRUCT(a INT, b VARCHAR[]) AS f5, 'Ulm' AS f9");
        await live.DeleteAsync("f1 = 3 OR f1 = 5 OR f1 = 77");

        Assert.Empty(await CheckAsync(live));
        Assert.Empty(await CheckAsync(live, deep: false));
    }

    [Fact]
    public async Task Check_FindsMissingFilesAndWrongSizes()
    {
        await using LiveTable live = await TableAsync();
        DataFile[] files = [.. await FilesAsync(live), .. await FilesAsync(live)];
        await live.CommitAsync(new AppendFiles([files[0], files[1] with { FileSizeInBytes = 1 }]));
        File.Delete(PathOf(files[0].FilePath));

        Assert.Equal([(CheckKind.FileMissing, files[0].FilePath), (CheckKind.FileSize, files[1].FilePath)], (await CheckAsync(live)).Select(f => (f.Check, f.Path!)));
    }

    [Fact]
    public async Task Check_FindsMissingAndBrokenManifestsAndLists()
    {
        await using LiveTable live = await TableAsync();
        Snapshot first = await live.AppendAsync(Rows), second = await live.AppendAsync(Rows), third = await live.AppendAsync(Rows);
        ManifestFile[] manifests = await ManifestsAsync(live, third);
        File.Delete(PathOf(first.ManifestList!));
        await File.WriteAllTextAsync(PathOf(second.ManifestList!), "nonsense");
        File.Delete(PathOf(manifests[0].ManifestPath));
        byte[] broken = await File.ReadAllBytesAsync(PathOf(manifests[1].ManifestPath));
        broken.AsSpan(broken.Length / 2).Fill(0xFF);
        await File.WriteAllBytesAsync(PathOf(manifests[1].ManifestPath), broken);

        ImmutableArray<Finding> findings = await CheckAsync(live, deep: false);

        Assert.All(findings, f => Assert.Equal(FindingSeverity.Error, f.Severity));
        Assert.Equal(
            new HashSet<(CheckKind, string?)>
            {
                (CheckKind.FileMissing, first.ManifestList), (CheckKind.FileUnreadable, second.ManifestList),
                (CheckKind.FileMissing, manifests[0].ManifestPath), (CheckKind.FileUnreadable, manifests[1].ManifestPath),
            }, [.. findings.Select(f => (f.Check, f.Path))]);
    }

    [Fact]
    public async Task Check_FindsWrongRecordCounts()
    {
        await using LiveTable live = await TableAsync();
        DataFile file = Assert.Single(await FilesAsync(live));
        await live.CommitAsync(new AppendFiles([file with { RecordCount = 11, Metrics = ColumnMetrics.None }]));

        Assert.Equal("The file has 10 rows, and the manifest tells 11.", (await SingleAsync(live, CheckKind.RecordCount)).Message);
        Assert.Empty(await CheckAsync(live, deep: false));
    }

    [Fact]
    public async Task Check_FindsMetricsThatContradictEachOther()
    {
        await using LiveTable live = await TableAsync();
        DataFile file = Assert.Single(await FilesAsync(live));
        ColumnMetrics metrics = file.Metrics with
        {
            NullValueCounts = file.Metrics.NullValueCounts.SetItem(2, 12),
            LowerBounds = file.Metrics.LowerBounds.SetItem(1, Bytes(IcebergType.Long, 20L)).SetItem(4, [1, 2]),
        };
        await live.CommitAsync(new AppendFiles([file with { Metrics = metrics }]));

        ImmutableArray<Finding> findings = await CheckAsync(live, deep: false);

        Assert.All(findings, f => Assert.Equal((CheckKind.Metrics, FindingSeverity.Error, file.FilePath), (f.Check, f.Severity, f.Path)));
        Assert.Equal(
            [
                "A bound of column born is no value of type date.", "Column name has 12 NULLs among 10 values.",
                "The lower bound of column id is greater than the upper one.",
            ], findings.Select(f => f.Message));
    }

    [Fact]
    public async Task Check_FindsMetricsThatTheValuesContradict()
    {
        await using LiveTable live = await TableAsync();
        DataFile file = Assert.Single(await FilesAsync(live));
        ColumnMetrics metrics = file.Metrics with
        {
            NanValueCounts = file.Metrics.NanValueCounts.SetItem(3, 0),
            NullValueCounts = file.Metrics.NullValueCounts.SetItem(2, 1),
            LowerBounds = file.Metrics.LowerBounds.SetItem(1, Bytes(IcebergType.Long, 5L)),
            UpperBounds = file.Metrics.UpperBounds.SetItem(2, "name 5"u8.ToArray()),
        };
        await live.CommitAsync(new AppendFiles([file with { Metrics = metrics }]));

        Assert.Equal(
            [
                (FindingSeverity.Error, "Column id holds values below its lower bound. Filters may leave rows out."),
                (FindingSeverity.Error, "Column name holds values above its upper bound. Filters may leave rows out."),
                (FindingSeverity.Error, "Column x is NaN in 10 rows, and the manifest tells 0."),
                (FindingSeverity.Warning, "Column name is NULL in 0 rows, and the manifest tells 1."),
            ], (await CheckAsync(live)).Select(f => (f.Severity, f.Message)));
        Assert.Empty(await CheckAsync(live, deep: false));
    }

    [Theory]
    [InlineData("month(born)", "2021-03", false)]
    [InlineData("bucket(4, id)", "3", true)]
    public async Task Check_FindsRowsInTheWrongPartition(string partition, string named, bool onlyDeep)
    {
        await using LiveTable live = await LiveTable.CreateAsync("id long not null, name string, x double, born date", partition);
        DataFile[] files = [.. await FilesAsync(live)];
        DataFile wrong = files[0] with { Partition = PartitionTuple.Of(onlyDeep ? (int)files[0].Partition[0]! ^ 3 : 614) };
        await live.CommitAsync(new AppendFiles([wrong, .. files[1..]]));

        Assert.All(await CheckAsync(live), f => Assert.Equal((CheckKind.Partition, FindingSeverity.Error, wrong.FilePath), (f.Check, f.Severity, f.Path)));
        Assert.NotEmpty(await CheckAsync(live));
        ImmutableArray<Finding> quick = await CheckAsync(live, deep: false);
        if (onlyDeep) Assert.Empty(quick);
        else Assert.Contains(named, Assert.Single(quick).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_FindsAPathThatIsLiveTwice()
    {
        await using LiveTable live = await TableAsync();
        ImmutableArray<DataFile> files = await FilesAsync(live);
        await live.CommitAsync(new AppendFiles(files));
        await live.CommitAsync(new AppendFiles(files));

        Assert.Equal(files[0].FilePath, (await SingleAsync(live, CheckKind.LivePathTwice, deep: false)).Path);
    }

    [Fact]
    public async Task Check_FindsDeletesThatMatchNothing()
    {
        await using LiveTable live = await TableAsync();
        await live.AppendAsync(Rows);
        DataFile data = (await LiveFilesAsync(live))[0];
        await live.DeleteAsync("f1 = 1");
        await live.CommitAsync(new RewriteFiles(live.Metadata.CurrentSnapshotId!.Value)
        {
            RemovedData = [data],
            AddedData = await FilesAsync(live),
            DataSequenceNumber = live.Metadata.LastSequenceNumber,
        });
        DataFile equality = await EqualityAsync(live);
        await live.CommitAsync(new AppendFiles(await FilesAsync(live)), new RowDelta(live.Metadata.CurrentSnapshotId) { AddedDeletes = [equality], Isolation = Isolation.None });
        Assert.Empty(await CheckAsync(live));

        // A delete of position 12 in a file of 10 rows.
        DataFile file = (await LiveFilesAsync(live))[0];
        string path = live["deletes.parquet"];
        await live.Session.ExecuteAsync($"COPY (SELECT {Sql.Text(file.FilePath)} AS file_path, 12::BIGINT AS pos) TO {Sql.Text(path)} (FORMAT parquet, FIELD_IDS {{file_path: 2147483546, pos: 2147483545}})", default);
        var beyond = new DataFile { Content = DataFileContent.PositionDeletes, FilePath = new Uri(path).AbsoluteUri, RecordCount = 1, FileSizeInBytes = new FileInfo(path).Length };
        await live.CommitAsync(new RowDelta(live.Metadata.CurrentSnapshotId) { AddedDeletes = [beyond] });
        Assert.Contains("deletes row 12", (await SingleAsync(live, CheckKind.DeletesMatchNothing)).Message, StringComparison.Ordinal);
        Assert.Empty(await CheckAsync(live, deep: false));
    }

    [Fact]
    public async Task Check_FindsDanglingDeletes()
    {
        await using LiveTable live = await TableAsync();
        DataFile equality = await EqualityAsync(live);
        await live.CommitAsync(new RowDelta(null) { AddedDeletes = [equality] });
        await live.AppendAsync(Rows);

        Finding finding = await SingleAsync(live, CheckKind.DeletesMatchNothing, deep: false);

        Assert.Equal((FindingSeverity.Warning, equality.FilePath), (finding.Severity, finding.Path));
    }

    [Fact]
    public async Task Check_FindsPositionDeletesThatAreNotWhatTheManifestTells()
    {
        await using LiveTable live = await TableAsync();
        await live.AppendAsync(Rows);
        await live.AppendAsync(Rows);
        DataFile[] files = await LiveFilesAsync(live);
        string path = live["deletes.parquet"];
        await live.Session.ExecuteAsync($"COPY (SELECT {Sql.Text(files[1].FilePath)} AS file_path, -1::BIGINT AS pos) TO {Sql.Text(path)} (FORMAT parquet, FIELD_IDS {{file_path: 2147483546, pos: 2147483545}})", default);
        var deletes = new DataFile
        {
            Content = DataFileContent.PositionDeletes,
            FilePath = new Uri(path).AbsoluteUri,
            RecordCount = 2,
            FileSizeInBytes = new FileInfo(path).Length,
            ReferencedDataFile = files[0].FilePath,
        };
        await live.CommitAsync(new RowDelta(live.Metadata.CurrentSnapshotId) { AddedDeletes = [deletes] });

        ImmutableArray<Finding> findings = await CheckAsync(live);

        Assert.All(findings, f => Assert.Equal((FindingSeverity.Error, deletes.FilePath), (f.Severity, f.Path)));
        Assert.Equal([CheckKind.RecordCount, CheckKind.Deletes, CheckKind.Deletes], findings.Select(f => f.Check));
    }

    [Fact]
    public async Task Check_FindsDeletionVectorsThatAreTwoOrBroken()
    {
        await using LiveTable live = await LiveTable.CreateAsync(SchemaText.Parse("id long not null, name string, x double, born date"), 3);
        await live.AppendAsync(Rows);
        await live.AppendAsync(Rows);
        await live.DeleteAsync("f1 = 1");
        DataFile[] vectors = [.. (await LiveFilesAsync(live)).Where(f => f.IsDeletionVector)];
        byte[] content = await File.ReadAllBytesAsync(PathOf(vectors[0].FilePath));
        content[(int)vectors[0].ContentOffset!.Value + 9] ^= 1;
        await File.WriteAllBytesAsync(PathOf(vectors[0].FilePath), content);
        Assert.Equal(CheckKind.FileUnreadable, Assert.Single(await CheckAsync(live)).Check);
        Assert.Empty(await CheckAsync(live, deep: false));

        await live.CommitAsync(new RowDelta(live.Metadata.CurrentSnapshotId) { AddedDeletes = [vectors[1] with { ContentOffset = 5 }], Isolation = Isolation.None });
        Assert.Contains("2 deletion vectors", (await SingleAsync(live, CheckKind.Deletes, deep: false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_FindsFilesWithForeignOrNoFieldIds()
    {
        await using LiveTable live = await TableAsync();
        foreach ((string name, string ids) in (ValueTuple<string, string>[])[("none", ""), ("foreign", ", FIELD_IDS {id: 101}")])
        {
            await live.Session.ExecuteAsync($"COPY (SELECT 1::BIGINT AS id) TO {Sql.Text(live[name])} (FORMAT parquet{ids})", default);
            await live.CommitAsync(new AppendFiles([new DataFile { FilePath = new Uri(live[name]).AbsoluteUri, RecordCount = 1, FileSizeInBytes = new FileInfo(live[name]).Length }]));
        }

        ImmutableArray<Finding> findings = await CheckAsync(live);

        Assert.Equal(
            [(FindingSeverity.Error, CheckKind.FieldIds, "foreign"), (FindingSeverity.Warning, CheckKind.FieldIds, "none")],
            findings.Select(f => (f.Severity, f.Check, Path.GetFileName(f.Path!))));
    }

    [Fact]
    public async Task Check_FindsDamagedDataFiles()
    {
        await using LiveTable live = await TableAsync();
        await live.AppendAsync("SELECT i AS f1, md5(i::VARCHAR) AS f2, 1.5 AS f3, NULL::DATE AS f4 FROM range(1000) r(i)");
        DataFile file = Assert.Single(await LiveFilesAsync(live));
        byte[] content = await File.ReadAllBytesAsync(PathOf(file.FilePath));
        content.AsSpan(4, 40).Fill(0xA5);
        await File.WriteAllBytesAsync(PathOf(file.FilePath), content);

        Assert.Equal(file.FilePath, (await SingleAsync(live, CheckKind.FileUnreadable)).Path);
    }

    [Fact]
    public async Task Check_FindsListsThatTellWrongOfTheirManifests()
    {
        await using LiveTable live = await LiveTable.CreateAsync("id long not null, name string, x double, born date", "name");
        await live.AppendAsync("SELECT 1::BIGINT AS f1, n AS f2, 1.5 AS f3, NULL::DATE AS f4 FROM (VALUES ('m'), (NULL)) v(n)");
        ManifestFile manifest = Assert.Single(await ManifestsAsync(live, live.Metadata.CurrentSnapshot!));

        foreach ((ManifestFile told, CheckKind check, FindingSeverity severity) in (ValueTuple<ManifestFile, CheckKind, FindingSeverity>[])
        [
            (manifest with { AddedFilesCount = 0 }, CheckKind.ManifestCounts, FindingSeverity.Error),
            (manifest with { DeletedFilesCount = 3 }, CheckKind.ManifestCounts, FindingSeverity.Warning),
            (manifest with { AddedRowsCount = 7 }, CheckKind.ManifestCounts, FindingSeverity.Warning),
            (manifest with { Partitions = [new FieldSummary(false, false, "a"u8.ToArray(), "z"u8.ToArray())] }, CheckKind.ManifestPartitions, FindingSeverity.Error),
            (manifest with { Partitions = [new FieldSummary(true, false, "n"u8.ToArray(), "z"u8.ToArray())] }, CheckKind.ManifestPartitions, FindingSeverity.Error),
            (manifest with { MinSequenceNumber = 9 }, CheckKind.SequenceNumber, FindingSeverity.Error),
            (manifest with { SequenceNumber = 9 }, CheckKind.SequenceNumber, FindingSeverity.Error),
            (manifest with { ManifestLength = 9 }, CheckKind.FileSize, FindingSeverity.Warning),
        ])
        {
            await RewriteAsync(live, told);
            ImmutableArray<Finding> findings = await CheckAsync(live, deep: false);
            Assert.NotEmpty(findings);
            Assert.All(findings, f => Assert.Equal((check, severity), (f.Check, f.Severity)));
        }
    }

    [Fact]
    public async Task Check_FindsRowIdsThatAreMissingOrGivenTwice()
    {
        await using LiveTable live = await LiveTable.CreateAsync(SchemaText.Parse("id long not null, name string, x double, born date"), 3);
        await live.AppendAsync(Rows);
        await live.AppendAsync(Rows);
        ManifestFile[] manifests = await ManifestsAsync(live, live.Metadata.CurrentSnapshot!);

        await RewriteAsync(live, manifests[0] with { FirstRowId = 0 }, manifests[1] with { FirstRowId = 5 });
        Assert.All(await CheckAsync(live), f => Assert.Equal((CheckKind.RowLineage, FindingSeverity.Error), (f.Check, f.Severity)));
        Assert.Contains("5 rows have the id of another row.", (await CheckAsync(live)).Select(f => f.Message));
        Assert.Contains("Row ids from 5 on", Assert.Single(await CheckAsync(live, deep: false)).Message, StringComparison.Ordinal);

        await RewriteAsync(live, manifests[0] with { FirstRowId = 0 }, manifests[1] with { FirstRowId = 15 });
        Assert.Contains("go up to 24", (await SingleAsync(live, CheckKind.RowLineage, deep: false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_FindsSnapshotsThatDoNotFitTogether()
    {
        await using LiveTable live = await TableAsync();
        await live.AppendAsync(Rows);
        await live.AppendAsync(Rows);
        Snapshot[] snapshots = [.. live.Metadata.Snapshots];

        Assert.Contains(await CheckAsync(live, live.Metadata with { Snapshots = [snapshots[0], snapshots[1] with { SchemaId = 7 }] }), f => f is { Check: CheckKind.Metadata, Severity: FindingSeverity.Error });
        ImmutableArray<Finding> same = await CheckAsync(live, live.Metadata with { Snapshots = [snapshots[0] with { SequenceNumber = 2 }, snapshots[1]] });
        Assert.Contains(same, f => f is { Check: CheckKind.SequenceNumber, Severity: FindingSeverity.Error } && f.Message.Contains("parent", StringComparison.Ordinal));
        Assert.Contains(same, f => f is { Check: CheckKind.SequenceNumber, Severity: FindingSeverity.Warning });
        Assert.Contains(await CheckAsync(live, live.Metadata with { Snapshots = [snapshots[0], snapshots[1] with { FirstRowId = 0, AddedRows = 9 }] }), f => f.Check == CheckKind.RowLineage);
        var statistics = new StatisticsFile(snapshots[0].SnapshotId, "file:///nowhere/s.puffin", 10, 5, [], null);
        Assert.Equal((CheckKind.FileMissing, FindingSeverity.Warning), (await CheckAsync(live, live.Metadata with { Statistics = [statistics] })).Select(f => (f.Check, f.Severity)).Single());
    }

    private static Task<LiveTable> TableAsync() => LiveTable.CreateAsync("id long not null, name string, x double, born date");

    private static async Task<ImmutableArray<DataFile>> FilesAsync(LiveTable live) =>
        await DataFileWriter.WriteAsync(live.Session, live.Table.Store, WriteTarget.Of(live.Metadata), Rows, default);

    private static async Task<DataFile[]> LiveFilesAsync(LiveTable live) =>
        [.. (await Core.Scan.SnapshotFiles.LiveAsync(live.Table.Store, live.Metadata, live.Metadata.CurrentSnapshot, withMetrics: true, default)).Select(e => e.Entry.DataFile)];

    private static async Task<DataFile> EqualityAsync(LiveTable live)
    {
        string path = live[$"{Guid.NewGuid():N}.parquet"];
        await live.Session.ExecuteAsync($"COPY (SELECT 3::BIGINT AS id) TO {Sql.Text(path)} (FORMAT parquet, FIELD_IDS {{id: 1}})", default);
        return new DataFile { Content = DataFileContent.EqualityDeletes, FilePath = new Uri(path).AbsoluteUri, RecordCount = 1, FileSizeInBytes = new FileInfo(path).Length, EqualityIds = [1] };
    }

    private static async Task<ManifestFile[]> ManifestsAsync(LiveTable live, Snapshot snapshot) =>
        [.. await ManifestListReader.ReadAsync(live.Table.Store, snapshot, live.Metadata, default)];

    /// <summary>Writes the current snapshot's manifest list anew.</summary>
    private static async Task RewriteAsync(LiveTable live, params ManifestFile[] manifests)
    {
        Snapshot snapshot = live.Metadata.CurrentSnapshot!;
        await File.WriteAllBytesAsync(PathOf(snapshot.ManifestList!), ManifestListWriter.Write(live.Metadata.FormatVersion, snapshot, manifests).Content);
    }

    private static Task<ImmutableArray<Finding>> CheckAsync(LiveTable live, bool deep = true) => CheckAsync(live, live.Metadata, deep);

    private static Task<ImmutableArray<Finding>> CheckAsync(LiveTable live, TableMetadata metadata, bool deep = false) => TableCheck.RunAsync(
        live.Table.Store, metadata, live.Table.MetadataLocation, new TableCheckOptions { Deep = deep, Engine = new DuckOptions { Threads = 2, MemoryLimit = 512L << 20 } }, default);

    private static async Task<Finding> SingleAsync(LiveTable live, CheckKind check, bool deep = true)
    {
        Finding finding = Assert.Single(await CheckAsync(live, deep));
        Assert.Equal(check, finding.Check);
        return finding;
    }

    private static byte[] Bytes(IcebergType type, object value) => SingleValue.ToBytes(type, value);

    private static string PathOf(string location) => new Uri(location).LocalPath;
}
