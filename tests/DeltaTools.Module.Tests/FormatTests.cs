using System.Text.RegularExpressions;
using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

/// <summary>What users see, at 120 columns, letter for letter.</summary>
public sealed class FormatTests(FormatTests.Views views) : IClassFixture<FormatTests.Views>
{
    [Fact]
    public void Catalogs() => views.Shows("catalogs", """
        Name Type Warehouse IsDefault
        ---- ---- --------- ---------
        archive Sqlite file:///.../b True
        main Sqlite file:///.../a False
        """, squeezed: true);

    [Fact]
    public void History() => views.Shows("history", """

           Table: .../spark-v2-branch-tag

        MadeCurrentAt              SnapshotId          ParentId            Operation ReportDate IsCurrentAncestor
        -------------              ----------          --------            --------- ---------- -----------------
        2024-04-24 09:46:39 +00:00 154324552338474173  293191470325800019  append               True
        2024-04-24 09:46:38 +00:00 293191470325800019  7558608030923099867 append               True
        2024-04-24 09:46:38 +00:00 7558608030923099867 5231658854638766100 overwrite            True
        2024-04-24 09:46:35 +00:00 5231658854638766100 1638951453256129678 append               True
        2024-04-24 09:46:32 +00:00 1638951453256129678                     append               True
        """);

    [Fact]
    public void Snapshots() => views.Shows("snapshots", """

           Table: .../spark-v2-branch-tag

        SnapshotId          CommittedAt                Operation AddedRows RemovedRows TotalRows Refs
        ----------          -----------                --------- --------- ----------- --------- ----
        154324552338474173  2024-04-24 09:46:39 +00:00 append            1           0           main
        293191470325800019  2024-04-24 09:46:38 +00:00 append            1           0           EOW-01
        7558608030923099867 2024-04-24 09:46:38 +00:00 overwrite         0           1           test-branch
        5231658854638766100 2024-04-24 09:46:35 +00:00 append       10,000           0    10,000
        1638951453256129678 2024-04-24 09:46:32 +00:00 append            0           0         0
        """);

    [Fact]
    public void Tables() => views.Shows("tables", """
        Table Format Snapshots Records Size LastUpdated
        ----- ------ --------- ------- ---- -----------
        .../trino-v2-timetravel 2 4 3 603 B 2023-07-03 05:03:42 +00:00
        .../spark-v2-branch-tag 2 5 27.2 KB 2024-04-24 09:46:39 +00:00
        """, squeezed: true);

    [Fact]
    public void Columns() => views.Shows("columns", """

        Id Name Type          Required IsIdentifier Doc
        -- ---- ----          -------- ------------ ---
         1 id   long          True     True
         2 name string        False    False        what it is called
         3 pay  decimal(9, 2) False    False
        """);

    [Fact]
    public void Rows() => views.Shows("rows", """

        Breed Name     Average Weight  Fur Length  Lifespan  Origin Country  Ear Type
        ----------     --------------  ----------  --------  --------------  --------

        Flemish Giant             4.5           4         5  Belgium         Lop
        Lionhead                  1.3           7         9  Belgium         Erect
        Belgian Hare              2.8         2.1         7  Belgium         Erect
        """);

    [Fact]
    public void RowsThatDoNotFit() => views.Shows("wide", """
        id  boolean…  integer…             long_col  float_c…         double_col   decimal_col  date_col    time_col         …
        --  --------  --------             --------  --------         ----------   -----------  --------    --------         …

         1  True            42  9223372036854775807      3.14  2.718281828459045  123456.78901  2025-04-05  12:34:56.123456  …
        """);

    [Fact]
    public void Files() => views.Shows("files", """

           Table: .../spark-v2-bunnies-mor

        Content         Partition Records   Size Path
        -------         --------- -------   ---- ----
        Data                           20 3.5 KB …11f-0ceb-4cf3-8b8e-8c856356df3e-00001.parquet
        PositionDeletes                 1 1.4 KB …-4ae0-a39a-75c7fba53907-00001-deletes.parquet
        """);

    [Fact]
    public void FileColumns() => views.Shows("metrics", """

        Id Name            Size Values Nulls NaNs LowerBound       UpperBound
        -- ----            ---- ------ ----- ---- ----------       ----------
         1 Breed Name     241 B     20     0      American Fuzzy L Thrianta
         2 Average Weight 124 B     20     0    0 0.9              4.5
         3 Fur Length     128 B     20     0    0 1.5              11
         4 Lifespan       104 B     20     0      5                12
        """);

    [Fact]
    public void Entries() => views.Shows("entries", """

           Table: .../spark-v2-bunnies-mor

        Status  SnapshotId          SequenceNumber Content         Records Path
        ------  ----------          -------------- -------         ------- ----
        Added   2701171901096418979              3 Data                 20 …11f-0ceb-4cf3-8b8e-8c856356df3e-00001.parquet
        Deleted 2701171901096418979              1 Data                 21 …7f2-90ae-42f5-915c-a21c3cb99690-00001.parquet
        Added   469881615898633426               2 PositionDeletes       1 …-4ae0-a39a-75c7fba53907-00001-deletes.parquet
        """);

    [Fact]
    public void Manifests() => views.Shows("manifests", """

           Table: .../trino-v2-partition-evolution

        Content   Size AddedFiles ExistingFiles DeletedFiles AddedSnapshotId     Path
        -------   ---- ---------- ------------- ------------ ---------------     ----
        Data    6.8 KB          1             0            0 240252726469419150  …/8a56b416-7620-4255-938a-a003682bc394-m0.avro
        Data    7.2 KB          6             0            0 6593870062034330780 …/4d7915f9-6916-46a6-8d60-15f71252c17e-m0.avro
        """);

    [Fact]
    public void PartitionsOfATable() => views.Shows("partitions", """

           Table: .../trino-v2-partition-evolution

        Partition          Records DataFiles  Size PositionDeletes EqualityDeletes LastUpdated
        ---------          ------- ---------  ---- --------------- --------------- -----------
        c3=2.0                   1         1 452 B               0               0 2025-03-11 09:59:02 +00:00
        c1=1/c2=2025-03-05       1         1 452 B               0               0 2025-03-11 09:54:25 +00:00
        """);

    [Fact]
    public void MetadataLog() => views.Shows("log", """

           Table: .../spark-v2-bunnies-mor

        WrittenAt                  SnapshotId          MetadataLocation
        ---------                  ----------          ----------------
        2025-03-30 04:54:14 +00:00 7505300640432048841 …/spark/bunnies/metadata/v1.metadata.json
        2025-03-30 04:54:50 +00:00 7505300640432048841 …/spark/bunnies/metadata/v2.metadata.json
        2025-03-30 04:55:00 +00:00 469881615898633426  …/spark/bunnies/metadata/v3.metadata.json
        2025-03-30 04:55:51 +00:00 469881615898633426  …/spark/bunnies/metadata/v4.metadata.json
        2025-03-30 04:56:01 +00:00 2701171901096418979 …/metadata/v5.metadata.json
        """);

    [Fact]
    public void Refs() => views.Shows("refs", """

           Table: .../spark-v2-branch-tag

        Name        Type   SnapshotId          CommittedAt                MaxAge MinSnapshots MaxSnapshotAge
        ----        ----   ----------          -----------                ------ ------------ --------------
        EOW-01      Tag    293191470325800019  2024-04-24 09:46:38 +00:00
        main        Branch 154324552338474173  2024-04-24 09:46:39 +00:00
        test-branch Branch 7558608030923099867 2024-04-24 09:46:38 +00:00    7 d            2
        """);

    [Fact]
    public void NoRows() => views.Shows("nothing", "");

    /// <summary>All views, shown by one run of the shell in UTC.</summary>
    public sealed class Views : IDisposable
    {
        private readonly TempFolder _folder = new();
        private readonly Dictionary<string, string> _shown;

        public Views()
        {
            string branches = ForeignTable.Branches.Arguments, bunnies = ForeignTable.Bunnies.Arguments, evolution = ForeignTable.PartitionEvolution.Arguments;
            string script = _folder.File("views.ps1", $$"""
                Connect-IcebergCatalog '{{_folder.Path}}/a' -Name main
                Connect-IcebergCatalog '{{_folder.Path}}/b' -Name archive
                [void] (New-IcebergTable hr.x 'id long, name string comment ''what it is called'', pay decimal(9,2)' -IdentifierColumn id)
                '@catalogs'; Get-IcebergCatalog | Out-Host
                '@history'; Get-IcebergHistory {{branches}} | Out-Host
                '@snapshots'; Get-IcebergSnapshot {{branches}} | Out-Host
                '@tables'; Get-IcebergTable '{{ForeignTable.TimeTravel.Folder}}', '{{ForeignTable.Branches.Folder}}' | Out-Host
                '@columns'; (Get-IcebergTable hr.x).Schema | Out-Host
                '@rows'; Get-IcebergData {{bunnies}} -Filter '"Origin Country" = ''Belgium''' -Column 'Breed Name', 'Average Weight', 'Fur Length', Lifespan, 'Origin Country', 'Ear Type' | Out-Host
                '@wide'; Get-IcebergData {{ForeignTable.AllTypes.Arguments}} | Out-Host
                '@files'; Get-IcebergFile {{bunnies}} | Out-Host
                '@metrics'; (Get-IcebergFile {{bunnies}})[0].Columns | Where-Object Id -le 4 | Out-Host
                '@entries'; Get-IcebergEntry {{bunnies}} | Out-Host
                '@manifests'; Get-IcebergManifest {{evolution}} | Out-Host
                '@partitions'; Get-IcebergPartition {{evolution}} | Where-Object { $_.Partition -in 'c3=2.0', 'c1=1/c2=2025-03-05' } | Out-Host
                '@log'; Get-IcebergMetadataLog {{bunnies}} | Out-Host
                '@refs'; Get-IcebergRef {{branches}} | Out-Host
                '@nothing'; Get-IcebergData hr.x | Out-Host
                '@'
                """);
            ShellResult result = ShellProcess.RunAsync([script], environment: new() { ["TZ"] = "UTC" }).GetAwaiter().GetResult();
            Assert.Equal("", result.Errors);
            string text = result.Output.Replace(new Uri(_folder.Path).AbsoluteUri, "file:///...", StringComparison.Ordinal)
                .Replace(Path.GetDirectoryName(ForeignTable.Branches.Folder)!, "...", StringComparison.Ordinal);
            _shown = text.Split('@')[1..^1].ToDictionary(p => p[..p.IndexOf('\n', StringComparison.Ordinal)], p => p[p.IndexOf('\n', StringComparison.Ordinal)..]);
        }

        public void Dispose() => _folder.Dispose();

        /// <summary>Blanks at the ends of lines, and empty lines at the end, do not matter.</summary>
        /// <param name="squeezed">Several blanks count as one, where the width depends on the machine's paths.</param>
        public void Shows(string view, string expected, bool squeezed = false)
        {
            string actual = Trimmed(_shown[view]);
            Assert.Equal(Trimmed(expected), squeezed ? Regex.Replace(actual, "(?<= ) +", "") : actual);
        }

        private static string Trimmed(string text) =>
            string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(l => l.TrimEnd())).Trim('\n');
    }
}
