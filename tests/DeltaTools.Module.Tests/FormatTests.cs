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
    public void NoRows() => views.Shows("nothing", "");

    /// <summary>All views, shown by one run of the shell in UTC.</summary>
    public sealed class Views : IDisposable
    {
        private readonly TempFolder _folder = new();
        private readonly Dictionary<string, string> _shown;

        public Views()
        {
            string branches = ForeignTable.Branches.Arguments, bunnies = ForeignTable.Bunnies.Arguments;
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
