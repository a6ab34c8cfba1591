using System.Globalization;
using System.Management.Automation;
using System.Xml;
using System.Xml.Linq;
using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

/// <summary>Export-IcebergReport.</summary>
public sealed class ReportPageTests : IDisposable
{
    private readonly ModuleSession _session = new();
    private readonly string _page;

    public ReportPageTests()
    {
        _page = Path.Combine(_session.Folder, "page.html");
        _session.Invoke($"""
            Connect-IcebergCatalog '{_session.Folder}/warehouse'
            New-IcebergTable hr.employee 'id int, name string'
            New-IcebergTable hr.empty 'id int'
            """);
        Day(1, "1,x,f\n2,y,f\n");
        Day(2, "1,X,f\n2,y,t\n3,z,f\n");
    }

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Page_ShowsFactsChartsAndHistory()
    {
        PSObject file = _session.Single($"Export-IcebergReport hr.employee, hr.empty -Path '{_page}' -Title 'R&D <tables>' -PassThru");

        Assert.Equal(_page, Assert.IsType<FileInfo>(file.BaseObject).FullName);
        XElement[] tables = [.. Page().Descendants("section")];
        Assert.Equal(["hr.employee", "hr.empty"], tables.Select(t => t.Element("h2")!.Value));
        Assert.Equal("R&D <tables>", Page().Descendants("h1").Single().Value);
        Assert.Equal(("2021-01-02", "2"), (Fact(tables[0], "Report date"), Fact(tables[0], "Rows")));
        Assert.Equal(["Rows", "Changes", "Files", "Size"], tables[0].Descendants("svg").Select(s => s.Attribute("aria-label")!.Value));
        Assert.Equal(
            ["2021-01-01: 2 inserted", "2021-01-02: 1 inserted", "2021-01-02: 1 updated", "2021-01-02: 1 deleted"],
            tables[0].Descendants("rect").Select(r => r.Element("title")!.Value));
        Assert.Equal(["2021-01-02|1|1|1|2", "2021-01-01|2|0|0|2"], tables[0].Descendants("tbody").Single().Elements()
            .Select(row => row.Elements().Select(c => c.Value).ToArray()).Select(c => string.Join('|', c[1], c[3], c[4], c[5], c[6])));
        Assert.Contains("no snapshot yet", tables[1].Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_NeedsNothingElse()
    {
        _session.Invoke($"Get-IcebergTable | Export-IcebergReport -Path '{_page}'");

        Assert.Equal(["hr.employee", "hr.empty", "hr.raw"], Page().Descendants("h2").Select(h => h.Value));
        Assert.DoesNotContain(Page().Descendants(), e => e.Name.LocalName is "script" or "link" or "img" or "iframe");
        Assert.DoesNotContain(Page().Descendants().Attributes(), a => a.Name.LocalName is "href" or "src");
        Assert.All(Page().Descendants("rect"), r => Assert.InRange(Number(r, "y") + Number(r, "height"), 0, 220));
        Assert.All(Page().Descendants("circle"), c => Assert.InRange(Number(c, "cx"), 64, 560));
    }

    [Fact]
    public void Axis_HasRoundSteps()
    {
        _session.Invoke($"Import-Delta '{Rows(1234)}' -Table hr.many -Format Csv; Export-IcebergReport hr.many '{_page}'");

        XElement rows = Page().Descendants("svg").First();
        Assert.Equal(["0", "500", "1,000", "1,500"], rows.Elements("text").Where(t => t.Attribute("text-anchor")!.Value == "end").Select(t => t.Value));
    }

    [Fact]
    public void Page_IsReplacedUnlessToldOtherwise()
    {
        _session.Invoke($"Export-IcebergReport hr.employee '{_page}' -WhatIf");
        Assert.False(File.Exists(_page));
        File.WriteAllText(_page, "old");

        Assert.Contains("is there already", _session.Error($"Export-IcebergReport hr.employee '{_page}' -NoClobber").Exception.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(_page));
        _session.Invoke($"Export-IcebergReport hr.employee '{_page}'");

        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(_page), StringComparison.Ordinal);
        Assert.Equal([_page], Directory.GetFiles(_session.Folder, "page.html*"));
    }

    [Fact]
    public void Page_IsNotWrittenWithoutAFolderOrATable()
    {
        Assert.Contains("folder", _session.Error($"Export-IcebergReport hr.employee '{_session.Folder}/none/page.html'").Exception.Message, StringComparison.Ordinal);
        Assert.StartsWith("TableNotFound", _session.Error($"Export-IcebergReport hr.none '{_page}'").FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.False(File.Exists(_page));
    }

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);

    private static string Fact(XElement table, string name) => table.Descendants("div").Single(d => d.Element("dt")?.Value == name).Element("dd")!.Value;

    private XDocument Page()
    {
        using var reader = XmlReader.Create(_page, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }

    private string Rows(int count)
    {
        string path = Path.Combine(_session.Folder, "many.csv");
        File.WriteAllLines(path, Enumerable.Range(0, count + 1).Select(i => i == 0 ? "id" : i.ToString(CultureInfo.InvariantCulture)));
        return path;
    }

    private void Day(int day, string rows)
    {
        string date = string.Create(CultureInfo.InvariantCulture, $"2021-01-{day:00}"), path = Path.Combine(_session.Folder, $"d{day}.csv");
        File.WriteAllText(path, "id,name,record_deleted\n" + rows);
        _session.Invoke($"Import-Delta '{path}' -Table hr.raw -DateReceived {date}; Invoke-IcebergMerge hr.employee -Source hr.raw -Key id -ReportDate {date}");
    }
}
