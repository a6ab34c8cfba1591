using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DeltaTools.TestServers.Aws;

namespace DeltaTools.TestServers.Glue;

/// <summary>The Glue data catalog: databases, tables and their versions.</summary>
public sealed class GlueService(GlueStore store) : JsonService("glue-2017-03-31.json")
{
    public GlueStore Store { get; } = store;

    /// <summary>Most items of a page, whatever is asked for.</summary>
    public int PageSize { get; set; } = 100;

    public override string InvalidCode => "InvalidInputException";

    public override string ResourceOf(string operation, JsonObject input)
    {
        string? table = Text(input, "Name") ?? Text(input["TableInput"] as JsonObject, "Name") ?? Text(input["DatabaseInput"] as JsonObject, "Name");
        return Text(input, "DatabaseName") is { } database ? table is null ? database : $"{database}.{table}" : table ?? "";
    }

    public override Task<JsonObject> AnswerAsync(string operation, JsonObject input, CancellationToken cancel) => Task.FromResult(operation switch
    {
        "GetDatabase" => new JsonObject { ["Database"] = Store.Database(Text(input, "Name")!).ToJson() },
        "GetDatabases" => Page("DatabaseList", [.. Store.Databases.Select(d => d.ToJson())], input),
        "CreateDatabase" => CreateDatabase((JsonObject)input["DatabaseInput"]!),
        "GetTable" => new JsonObject { ["Table"] = Store.Table(Text(input, "DatabaseName")!, Text(input, "Name")!).ToJson() },
        "GetTables" => GetTables(input),
        "GetTableVersions" => GetTableVersions(input),
        "CreateTable" => Done(() => Store.CreateTable(Text(input, "DatabaseName")!, Checked(input))),
        "UpdateTable" => Done(() => Store.UpdateTable(
            Text(input, "DatabaseName")!, Checked(input), Text(input, "VersionId"), input["SkipArchive"]?.GetValue<bool>() ?? false)),
        "DeleteTable" => Done(() => Store.DeleteTable(Text(input, "DatabaseName")!, Text(input, "Name")!)),
        _ => throw new InvalidOperationException($"{operation} is not written."),
    });

    /// <summary>What the service refuses beyond its model: names of columns that are alike, and tables of Iceberg that lead nowhere.</summary>
    private static JsonObject Checked(JsonObject input)
    {
        var table = input["TableInput"] as JsonObject ?? throw GlueStore.Refuse("InvalidInputException", "TableInput is missing.");
        var parameters = table["Parameters"] as JsonObject;
        if (string.Equals(Text(parameters, "table_type"), "ICEBERG", StringComparison.OrdinalIgnoreCase) && Text(parameters, "metadata_location") is null)
            throw GlueStore.Refuse("InvalidInputException", "An Iceberg table needs the parameter metadata_location.");
        IEnumerable<string> columns = ((table["StorageDescriptor"]?["Columns"] as JsonArray) ?? []).Select(c => Text(c as JsonObject, "Name")!);
        return columns.GroupBy(c => c, StringComparer.OrdinalIgnoreCase).All(g => g.Count() == 1) ? table
            : throw GlueStore.Refuse("InvalidInputException", "Duplicate column names are not allowed.");
    }

    private JsonObject CreateDatabase(JsonObject input) =>
        Done(() => Store.CreateDatabase(Text(input, "Name")!, Text(input, "LocationUri"), Text(input, "Description")));

    private JsonObject GetTables(JsonObject input)
    {
        GlueDatabase database = Store.Database(Text(input, "DatabaseName")!);
        Regex pattern = new($"^(?:{Text(input, "Expression") ?? ".*"})$", RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1));
        JsonObject[] tables = Store.Do(() => database.Tables.Values.Where(t => pattern.IsMatch(t.Name)).Select(t => t.ToJson()).ToArray());
        return Page("TableList", tables, input);
    }

    private JsonObject GetTableVersions(JsonObject input)
    {
        GlueTable table = Store.Table(Text(input, "DatabaseName")!, Text(input, "TableName")!);
        JsonObject[] versions = [table.ToJson(), .. table.Archive.AsEnumerable().Reverse()];
        return Page("TableVersions", [.. versions.Select(v => new JsonObject { ["Table"] = v.DeepClone(), ["VersionId"] = v["VersionId"]!.DeepClone() })], input);
    }

    /// <summary>The page that the token names: a token is the number of items before it.</summary>
    private JsonObject Page(string list, JsonObject[] items, JsonObject input)
    {
        int start = Text(input, "NextToken") is { } token ? int.Parse(token, CultureInfo.InvariantCulture) : 0;
        int size = Math.Min(PageSize, input["MaxResults"]?.GetValue<int>() ?? PageSize);
        var page = new JsonObject { [list] = new JsonArray([.. items.Skip(start).Take(size)]) };
        if (start + size < items.Length) page["NextToken"] = (start + size).ToString(CultureInfo.InvariantCulture);
        return page;
    }

    private static JsonObject Done(Action work)
    {
        work();
        return [];
    }

    private static string? Text(JsonObject? input, string name) => input?[name]?.GetValue<string>();
}
