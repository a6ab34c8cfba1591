using System.IO.Compression;
using System.Security;

namespace DeltaTools.TestServers;

/// <summary>Writes small Excel workbooks, cell by cell as Excel stores them.</summary>
public static class Workbook
{
    private const string Main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    /// <param name="sheets">Of each sheet its name, and the cells of its rows: text, or with a prefix a number (<c>n:1.5</c>), the number of a date (<c>d:43890</c>),
    /// of a date with time (<c>t:43890.5</c>), of a time (<c>h:0.5</c>), a truth value (<c>b:1</c>), an error (<c>e:#N/A</c>). Null is no cell, a null row no row.</param>
    /// <param name="dates1904">Whether dates are counted as on old Macs.</param>
    public static void Save(string path, bool dates1904, params (string Name, string?[]?[] Rows)[] sheets)
    {
        using FileStream file = new(path, FileMode.Create);
        using ZipArchive zip = new(file, ZipArchiveMode.Create);
        Add(zip, "[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" "
            + "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>");
        Add(zip, "_rels/.rels", Relationships($"<Relationship Id=\"r1\" Type=\"{Relations}/officeDocument\" Target=\"xl/workbook.xml\"/>"));
        Add(zip, "xl/workbook.xml", $"<workbook {Main} xmlns:r=\"{Relations}\">{(dates1904 ? "<workbookPr date1904=\"1\"/>" : "")}<sheets>"
            + string.Concat(sheets.Select((s, i) => $"<sheet name=\"{SecurityElement.Escape(s.Name)}\" sheetId=\"{i + 1}\" r:id=\"s{i + 1}\"/>")) + "</sheets></workbook>");
        Add(zip, "xl/_rels/workbook.xml.rels", Relationships($"<Relationship Id=\"st\" Type=\"{Relations}/styles\" Target=\"styles.xml\"/>"
            + string.Concat(sheets.Select((_, i) => $"<Relationship Id=\"s{i + 1}\" Type=\"{Relations}/worksheet\" Target=\"worksheets/sheet{i + 1}.xml\"/>"))));
        Add(zip, "xl/styles.xml", $"<styleSheet {Main}><cellXfs count=\"4\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"22\"/><xf numFmtId=\"21\"/></cellXfs></styleSheet>");
        for (int i = 0; i < sheets.Length; i++) Add(zip, $"xl/worksheets/sheet{i + 1}.xml", Sheet(sheets[i].Rows));
    }

    private static string Sheet(string?[]?[] rows) => $"<worksheet {Main}><sheetData>"
        + string.Concat(rows.Select((row, r) => row is null ? "" : $"<row r=\"{r + 1}\">{string.Concat(row.Select((cell, c) => Cell($"{(char)('A' + c)}{r + 1}", cell)))}</row>"))
        + "</sheetData></worksheet>";

    private static string Cell(string place, string? cell) => cell switch
    {
        null => "",
        ['n', ':', .. string value] => $"<c r=\"{place}\"><v>{value}</v></c>",
        ['d', ':', .. string value] => $"<c r=\"{place}\" s=\"1\"><v>{value}</v></c>",
        ['t', ':', .. string value] => $"<c r=\"{place}\" s=\"2\"><v>{value}</v></c>",
        ['h', ':', .. string value] => $"<c r=\"{place}\" s=\"3\"><v>{value}</v></c>",
        ['b', ':', .. string value] => $"<c r=\"{place}\" t=\"b\"><v>{value}</v></c>",
        ['e', ':', .. string value] => $"<c r=\"{place}\" t=\"e\"><v>{value}</v></c>",
        _ => $"<c r=\"{place}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{SecurityElement.Escape(cell)}</t></is></c>",
    };

    private static string Relationships(string items) => $"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{items}</Relationships>";

    private static void Add(ZipArchive zip, string name, string content)
    {
        using StreamWriter writer = new(zip.CreateEntry(name).Open());
        writer.Write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + content);
    }
}
