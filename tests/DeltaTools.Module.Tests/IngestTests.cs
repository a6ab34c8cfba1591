using System.Globalization;
using System.IO.Compression;
using System.Management.Automation;
using System.Text;
using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

/// <summary>The forms in which deltas come, and where their dates come from.</summary>
public sealed class IngestTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public IngestTests() => _session.Invoke($"Connect-IcebergCatalog '{_session.Folder}/warehouse'");

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("a.tsv", "id\tname\n1\tx;y\n", "")]
    [InlineData("a.txt", "id~name\n1~x;y\n", "-Delimiter '~'")]
    [InlineData("a.csv", "id,name\n1,'x;y'\n", "-Quote \"'\"")]
    [InlineData("a.dat", "id\tname\n1\tx;y\n", "-Format Tsv")]
    [InlineData("a.csv", "1,x;y\n", "-Header id, name")]
    public void Import_ReadsTheDialect(string name, string content, string parameters)
    {
        string file = File(name, content);

        _session.Invoke($"Import-Delta '{file}' -Table hr.raw -DateReceived 2021-01-01 {parameters}");

        Assert.Equal("1 x;y", Text("Get-IcebergData hr.raw | ForEach-Object { \"$($_.id) $($_.name)\" }"));
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("latin1")]
    [InlineData("utf-8")]
    public void Import_ReadsTheEncoding(string encoding)
    {
        string file = System.IO.Path.Combine(_session.Folder, "a.csv");
        System.IO.File.WriteAllBytes(file, Encoding.GetEncoding(encoding).GetBytes("id,name\n1,Köln\n"));

        _session.Invoke($"Import-Delta '{file}' -Table hr.raw -DateReceived 2021-01-01 -Encoding {encoding}");

        Assert.Equal("Köln", Text("(Get-IcebergData hr.raw).name"));
    }

    [Theory]
    [InlineData("a.csv.gz")]
    [InlineData("a.csv.zst")]
    [InlineData("a.tsv.gz")]
    [InlineData("a.jsonl.gz")]
    public void Import_ReadsCompressedFiles(string name)
    {
        string text = name.Contains("jsonl", StringComparison.Ordinal) ? "{\"id\":1,\"name\":\"x\"}\n" : name.Contains("tsv", StringComparison.Ordinal) ? "id\tname\n1\tx\n" : "id,name\n1,x\n";
        string file = System.IO.Path.Combine(_session.Folder, name);
        System.IO.File.WriteAllBytes(file, name.EndsWith(".gz", StringComparison.Ordinal) ? Gzip(text) : Zstandard(text));

        _session.Invoke($"Import-Delta '{file}' -Table hr.raw -DateReceived 2021-01-01");

        Assert.Equal("1 x", Text("Get-IcebergData hr.raw | ForEach-Object { \"$($_.id) $($_.name)\" }"));
    }

    [Fact]
    public void Import_ReadsACultureAndNullTokens()
    {
        _session.Invoke("New-IcebergTable hr.raw 'id int, amount decimal(9,2), born date, note string, date_received date'");
        string file = File("a.csv", "id;amount;born;note\n1;1.234,50;31.12.1999;NA\n2;n/a;;\"NA\"\n");

        _session.Invoke($"Import-Delta '{file}' -Table hr.raw -DateReceived 2021-01-01 -Culture de-DE -NullValue NA, n/a");

        Assert.Equal("1|1234.50|12/31/1999|True;2|||False", Text(
            "(Get-IcebergData hr.raw | ForEach-Object { \"$($_.id)|$($_.amount)|$($_.born)|$($null -eq $_.note)\" }) -join ';'"));
    }

    [Fact]
    public void Import_KeepsLeadingZerosOfStrings()
    {
        string file = File("a.csv", "code\n007\n008\n");

        _session.Invoke($"Import-Delta '{file}' -Table hr.raw -DateReceived 2021-01-01");

        Assert.Equal("007,008", Text("(Get-IcebergData hr.raw).code -join ','"));
    }

    [Fact]
    public void Date_ComesFromTheFileName()
    {
        File("employees-2021-01-01.csv", "id\n1\n");
        File("employees-2021-01-02.csv", "id\n2\n");

        _session.Invoke($@"Import-Delta '{_session.Folder}/employees-*.csv' -Table hr.raw -DatePattern 'employees-(?<date>\d{{4}}-\d{{2}}-\d{{2}})'");

        Assert.Equal("2021-01-01,2021-01-02", Text("(Get-IcebergData hr.raw | ForEach-Object { $_.date_received.ToString('yyyy-MM-dd') }) -join ','"));
        Assert.Single(_session.Invoke("Get-IcebergSnapshot hr.raw"));
    }

    [Theory]
    [InlineData("2021_31_12.csv", @"(?<year>\d{4})_(?<day>\d+)_(?<month>\d+)", "2021-12-31")]
    [InlineData("x20211231.csv", @"(?<date>\d{8})", "2021-12-31")]
    public void Date_ComesFromPartsOfTheFileName(string name, string pattern, string date)
    {
        string file = File(name, "id\n1\n");

        Assert.Equal(DateOnly.Parse(date, CultureInfo.InvariantCulture), _session.Single($"Import-Delta '{file}' -Table hr.raw -DatePattern '{pattern}'").Properties["DateReceived"].Value);
    }

    [Theory]
    [InlineData(@"employees-(?<date>\d+)", "does not match -DatePattern")]
    [InlineData(@"(?<date>day)", "is not a date")]
    [InlineData(@"day", "has no group that is the date")]
    [InlineData(@"(?<date>", "is no regular expression")]
    public void Date_APatternThatDoesNotFitIsAnError(string pattern, string message)
    {
        string file = File("day1.csv", "id\n1\n");

        ErrorRecord error = _session.Error($"Import-Delta '{file}' -Table hr.raw -DatePattern '{pattern}'");

        Assert.Contains(message, error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(_session.Invoke("Get-IcebergTable"));
    }

    [Fact]
    public void Date_ComesFromTheFileTime()
    {
        string file = File("a.csv", "id\n1\n");
        System.IO.File.SetLastWriteTime(file, new DateTime(2020, 2, 29, 12, 0, 0, DateTimeKind.Local));

        Assert.Equal(new DateOnly(2020, 2, 29), _session.Single($"Import-Delta '{file}' -Table hr.raw -FileDate").Properties["DateReceived"].Value);
        Assert.Contains("no file", _session.Error("[pscustomobject] @{ id = 2 } | Import-Delta -Table hr.raw -FileDate").Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Date_ComesFromAColumn()
    {
        string file = File("a.csv", "id,extracted\n1,2021-01-01\n2,2021-01-02T10:30:00\n");

        PSObject import = _session.Single($"Import-Delta '{file}' -Table hr.raw -DateColumn Extracted");

        Assert.Equal(new DateOnly(2021, 1, 2), import.Properties["DateReceived"].Value);
        Assert.Equal("id,extracted,date_received", Text("(Get-IcebergTable hr.raw).Schema.Name -join ','"));
        Assert.Equal("2021-01-01,2021-01-02", Text("(Get-IcebergData hr.raw | ForEach-Object { $_.date_received.ToString('yyyy-MM-dd') }) -join ','"));
        Assert.Contains("from -DateColumn and -FileDate", _session.Error("Import-Delta x.csv -Table hr.raw -DateColumn a -FileDate").Exception.Message, StringComparison.Ordinal);
        Assert.Contains("has no column 'b'", _session.Error($"Import-Delta '{file}' -Table hr.raw -DateColumn b").Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Date_ThatIsMissingInARowIsAnError()
    {
        _session.Invoke("New-IcebergTable hr.raw 'id long, date_received date'");
        string file = File("a.csv", "id,date_received\n1,2021-01-01\n2,\n3,soon\n");

        RunResult result = _session.Run($"Import-Delta '{file}' -Table hr.raw");

        Assert.Contains("line 3, column date_received: is NULL", result.Errors[0].Exception.Message, StringComparison.Ordinal);
        Assert.Contains("line 4, column date_received: 'soon' is not a date", result.Errors[1].Exception.Message, StringComparison.Ordinal);
        Assert.Empty(_session.Invoke("Get-IcebergSnapshot hr.raw"));
    }

    [Fact]
    public void Date_InTheFutureOrThePastIsAllowedAndReported()
    {
        string Import(int id, string date) => $"Import-Delta '{File($"{id}.csv", $"id\n{id}\n")}' -Table hr.raw -DateReceived {date}";
        Assert.Empty(_session.Run(Import(1, "2021-01-05")).Warnings);

        RunResult late = _session.Run(Import(2, "2021-01-04"));
        RunResult future = _session.Run(Import(3, "2999-01-01"));

        Assert.Contains("is late: hr.raw has rows up to 2021-01-05", Assert.Single(late.Warnings), StringComparison.Ordinal);
        Assert.Contains("lies in the future", Assert.Single(future.Warnings), StringComparison.Ordinal);
        Assert.Equal(3, _session.Invoke("Get-IcebergData hr.raw").Count);
    }

    [Fact]
    public void Ledger_TellsWhatWasImported()
    {
        string file = File("day1.csv", "id,name\n1,x\n2,y\n");
        PSObject import = _session.Single($"Import-Delta '{file}' -Table hr.raw -DateReceived 2021-01-01");
        _session.Invoke("[pscustomobject] @{ id = 3; name = 'z' } | Import-Delta -Table hr.raw -DateReceived 2021-01-02");

        PSObject entry = _session.Single("Get-DeltaLedger hr.raw | Where-Object Source -eq 'day1.csv'");

        Assert.Equal((2L, 0L, new DateOnly(2021, 1, 1), true, false), (entry.Properties["Rows"].Value, entry.Properties["Rejected"].Value, entry.Properties["DateReceived"].Value,
            entry.Properties["IsRetained"].Value, entry.Properties["IsRolledBack"].Value));
        Assert.Equal(import.Properties["SnapshotId"].Value, entry.Properties["SnapshotId"].Value);
        Assert.StartsWith((string)entry.Properties["ContentHash"].Value, (string)import.Properties["ContentHash"].Value, StringComparison.Ordinal);
        Assert.Contains('@', (string)entry.Properties["ImportedBy"].Value);
        Assert.Equal("pipeline day1.csv", Text("(Get-DeltaLedger hr.raw).Source -join ' '"));
        Assert.Contains("day1.csv", _session.Show("Get-DeltaLedger hr.raw"), StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_OfOtherCaseAndOrderAreMatchedAndReported()
    {
        _session.Invoke($"Import-Delta '{File("a.csv", "id,name\n1,x\n")}' -Table hr.raw -DateReceived 2021-01-01");

        PSObject import = _session.Single($"Import-Delta '{File("b.csv", "NAME,Id\ny,2\n")}' -Table hr.raw -DateReceived 2021-01-02");

        Assert.Equal(
            ["column 'Id' was taken as 'id'", "column 'NAME' was taken as 'name'", "columns come in another order than in the table"],
            ((System.Collections.IEnumerable)import.Properties["Notes"].Value).Cast<string>());
        Assert.Equal("1 x,2 y", Text("(Get-IcebergData hr.raw | ForEach-Object { \"$($_.id) $($_.name)\" }) -join ','"));
    }

    [Fact]
    public void Columns_ThatDifferAreShownAsATable()
    {
        _session.Invoke("New-IcebergTable hr.raw 'id long not null, name string, since date, date_received date'");
        string file = File("a.jsonl", "{\"name\":\"x\",\"e_mail\":\"y\"}\n");

        ErrorRecord error = _session.Error($"Import-Delta '{file}' -Table hr.raw -DateReceived 2021-01-01");

        Assert.Equal("SchemaMismatch,DeltaTools.Cmdlets.Commands.ImportDeltaCommand", error.FullyQualifiedErrorId);
        string[] lines = error.Exception.Message.ReplaceLineEndings("\n").Split('\n');
        Assert.Equal(["  column  delta   table", "  id      -       long   is required and must be in the delta", "  e_mail  string  -      is new: allow it with -SchemaEvolution AddColumn",
            "  since   -       date   is not in the delta, and stays unchanged"], lines[1..]);
    }

    [Theory]
    [InlineData("int", "5000000000", "long")]
    [InlineData("decimal(5,2)", "123456.75", "decimal(8, 2)")]
    public void Columns_AreWidenedForTextToo(string type, string value, string widened)
    {
        _session.Invoke($"New-IcebergTable hr.raw 'id {type}, date_received date'");
        string file = File("a.csv", $"id\n{value}\n");

        Assert.Contains($"'{value}' is not", _session.Run($"Import-Delta '{file}' -Table hr.raw -DateReceived 2021-01-01").Errors[0].Exception.Message, StringComparison.Ordinal);
        _session.Invoke($"Import-Delta '{file}' -Table hr.raw -DateReceived 2021-01-01 -SchemaEvolution Widen");

        Assert.Equal(value, Text("(Get-IcebergData hr.raw).id"));
        Assert.Equal(widened, Text("(Get-IcebergTable hr.raw).Schema[0].Type"));
    }

    [Fact]
    public void Objects_AreStreamedAndTyped()
    {
        _session.Invoke("1..5000 | ForEach-Object { [pscustomobject] @{ id = $_; half = $_ / 2; at = [datetime] '2024-05-06' } } | Import-Delta -Table hr.raw -DateReceived 2021-01-01");

        Assert.Equal("5000 6251250", Text("$n = 0; $sum = 0; Get-IcebergData hr.raw | ForEach-Object { $n++; $sum += $_.half }; \"$n $sum\""));
    }

    [Fact]
    public void Objects_WhosePropertiesDifferInCaseAreOneColumn()
    {
        _session.Invoke("[pscustomobject] @{ id = 1; name = 'a' }, [pscustomobject] @{ Name = 'b'; ID = [long] 2 }, @{ Id = 3 } | Import-Delta -Table hr.raw -DateReceived 2021-01-01");

        Assert.Equal("1a 2b 3", Text("(Get-IcebergData hr.raw | ForEach-Object { \"$($_.id)$($_.name)\" }) -join ' '"));
        Assert.Equal("id name date_received absent_columns", Text("((Get-IcebergTable hr.raw).Schema | ForEach-Object Name) -join ' '"));
    }

    /// <summary>A dictionary that does tell case apart.</summary>
    [Fact]
    public void Objects_WithTwoPropertiesThatDifferInCaseKeepBoth()
    {
        _session.Invoke("""
            $both = [System.Collections.Generic.Dictionary[string, object]]::new()
            $both['ID'] = 2; $both['id'] = 1
            $(@{ id = 7 }; , $both) | Import-Delta -Table hr.raw -DateReceived 2021-01-01
            """);

        Assert.Equal("id ID", Text("((Get-IcebergTable hr.raw).Schema | ForEach-Object Name | Where-Object { $_ -eq 'id' }) -join ' '"));
    }

    /// <summary>Objects of 120 MB in all: what is alive after most of them have passed is a small part of that.</summary>
    [Fact]
    public void Objects_DoNotStayInMemory()
    {
        string live = Text("""
            $script:alive = @()
            1..30000 | ForEach-Object {
                if ($_ -eq 1000 -or $_ -eq 29000) { $script:alive += [GC]::GetTotalMemory($true) }
                [pscustomobject] @{ id = $_; text = 'x' * 2000 + $_ }
            } | Import-Delta -Table hr.raw -DateReceived 2021-01-01 | Out-Null
            $script:alive[1] - $script:alive[0]
            """);

        Assert.InRange(long.Parse(live, CultureInfo.InvariantCulture), long.MinValue, 16 << 20);
        Assert.Equal("30000", Text("(Get-IcebergTable hr.raw).Records"));
    }

    private static byte[] Gzip(string text)
    {
        using MemoryStream bytes = new();
        using (GZipStream packed = new(bytes, CompressionLevel.Fastest)) packed.Write(Encoding.UTF8.GetBytes(text));
        return bytes.ToArray();
    }

    /// <summary>A frame of one raw block, for short texts.</summary>
    private static byte[] Zstandard(string text)
    {
        byte[] content = Encoding.UTF8.GetBytes(text);
        return [0x28, 0xB5, 0x2F, 0xFD, 0x20, (byte)content.Length, (byte)((content.Length << 3) | 1), 0, 0, .. content];
    }

    private string Text(string script) => string.Join('\n', _session.Invoke(script).Select(o => string.Create(CultureInfo.InvariantCulture, $"{o.BaseObject}")));

    private string File(string name, string content)
    {
        string path = System.IO.Path.Combine(_session.Folder, name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }
}
