using System.Globalization;
using System.Text.Json.Nodes;
using DeltaTools.Core.Storage;
using DeltaTools.TestServers.Aws;
using DeltaTools.TestServers.Glue;

namespace DeltaTools.TestServers.Athena;

/// <summary>Amazon Athena: queries are started, watched, stopped, and carried out for real on the tables of a Glue store.</summary>
public sealed class AthenaService(GlueStore store, ObjectStores files) : JsonService("athena-2017-05-18.json")
{
    private readonly Lock _lock = new();
    private readonly List<AthenaQuery> _queries = [];
    private readonly Dictionary<string, AthenaQuery> _byToken = [];
    private readonly List<Task> _running = [];

    public AthenaTroubles Troubles { get; } = new();

    public Dictionary<string, AthenaWorkGroup> WorkGroups { get; } = new() { ["primary"] = new("primary") { OutputLocation = "s3://results/primary/" } };

    /// <summary>Most rows of a page of results, whatever is asked for.</summary>
    public int PageSize { get; set; } = 1000;

    /// <summary>All queries so far, in the order in which they were started.</summary>
    public IReadOnlyList<AthenaQuery> Queries
    {
        get
        {
            lock (_lock) return [.. _queries];
        }
    }

    /// <summary>Begins a new list of <see cref="Queries"/>.</summary>
    public void Forget()
    {
        lock (_lock) _queries.Clear();
    }

    public override string InvalidCode => "InvalidRequestException";

    public override string ResourceOf(string operation, JsonObject input) =>
        Text(input, "QueryString") ?? Text(input, "QueryExecutionId") ?? Text(input, "WorkGroup") ?? "";

    public override Task<JsonObject> AnswerAsync(string operation, JsonObject input, CancellationToken cancel) => Task.FromResult(operation switch
    {
        "StartQueryExecution" => new JsonObject { ["QueryExecutionId"] = Start(input).Id },
        "GetQueryExecution" => new JsonObject { ["QueryExecution"] = Find(input).ToJson() },
        "GetQueryResults" => Results(Find(input), input),
        "GetQueryRuntimeStatistics" => new JsonObject
        {
            ["QueryRuntimeStatistics"] = new JsonObject { ["Rows"] = new JsonObject { ["OutputRows"] = Find(input).Result?.Rows.Count ?? 0 } },
        },
        "StopQueryExecution" => Stop(Find(input)),
        "GetWorkGroup" => new JsonObject { ["WorkGroup"] = Group(Text(input, "WorkGroup")!).ToJson() },
        "ListWorkGroups" => new JsonObject
        {
            ["WorkGroups"] = new JsonArray([.. WorkGroups.Keys.Select(n => new JsonObject { ["Name"] = n, ["State"] = "ENABLED" })]),
        },
        _ => throw new InvalidOperationException($"{operation} is not written."),
    });

    public override async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_lock)
        {
            foreach (AthenaQuery query in _queries) query.Stop.Cancel();
            running = [.. _running];
        }
        await Task.WhenAll(running);
        await base.DisposeAsync();
    }

    private AthenaQuery Start(JsonObject input)
    {
        AthenaWorkGroup group = Group(Text(input, "WorkGroup") ?? "primary");
        if (group.Disabled) throw Refuse($"WorkGroup {group.Name} is disabled.");
        string? asked = Text(input["ResultConfiguration"] as JsonObject, "OutputLocation");
        string? output = group.Enforced ? group.OutputLocation : asked ?? group.OutputLocation;
        if (group.ManagedResults && asked is not null) throw Refuse("ResultConfiguration and ManagedQueryResultsConfiguration cannot be set together.");
        if (!group.ManagedResults && output is null)
            throw Refuse("No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.");
        string sql = Text(input, "QueryString")!;
        string[] parameters = [.. (input["ExecutionParameters"] as JsonArray ?? []).Select(p => p!.GetValue<string>())];
        string token = Text(input, "ClientRequestToken") ?? throw Refuse("ClientRequestToken is missing.");
        lock (_lock)
        {
            if (_byToken.TryGetValue(token, out AthenaQuery? same))
                return same.Sql == sql ? same : throw Refuse("Idempotent parameters do not match");
            AthenaQuery? previous = Reusable(input, sql, parameters);
            var query = new AthenaQuery(sql, parameters, group.Name, group.ManagedResults ? null : output) { Reused = previous is not null, Result = previous?.Result };
            _queries.Add(query);
            _byToken[token] = query;
            string? database = Text(input["QueryExecutionContext"] as JsonObject, "Database");
            _running.Add(Task.Run(() => RunAsync(query, database, group)));
            return query;
        }
    }

    private async Task RunAsync(AthenaQuery query, string? database, AthenaWorkGroup group)
    {
        try
        {
            await Task.Delay(Troubles.QueueTime, query.Stop.Token);
            query.Started = DateTimeOffset.UtcNow;
            query.State = "RUNNING";
            await Task.Delay(Troubles.RunTime, query.Stop.Token);
            Troubles.Check(query.Sql, afterSuccess: false);
            query.Result ??= await new AthenaEngine(store, files, Troubles).RunAsync(query.Sql, query.Parameters, database, query.Stop.Token);
            Troubles.Check(query.Sql, afterSuccess: true);
            if (query.Result.BytesScanned > (group.BytesScannedCutoff ?? long.MaxValue))
                throw new AthenaFailure("Query cancelled! : Bytes scanned limit was exceeded", 2, 1006);
            Finish(query, "SUCCEEDED", null);
        }
        catch (OperationCanceledException)
        {
            Finish(query, "CANCELLED", null);
        }
        catch (AthenaFailure e)
        {
            Finish(query, "FAILED", e);
        }
        catch (Exception e)
        {
            Finish(query, "FAILED", new AthenaFailure($"GENERIC_INTERNAL_ERROR: {e}", 1, 0, retryable: true));
        }
    }

    private static void Finish(AthenaQuery query, string state, AthenaFailure? failure)
    {
        query.Failure = failure;
        query.Completed = DateTimeOffset.UtcNow;
        query.State = state;
    }

    private AthenaQuery? Reusable(JsonObject input, string sql, string[] parameters)
    {
        if (input["ResultReuseConfiguration"]?["ResultReuseByAgeConfiguration"] is not JsonObject reuse || !reuse["Enabled"]!.GetValue<bool>()) return null;
        TimeSpan age = TimeSpan.FromMinutes(reuse["MaxAgeInMinutes"]?.GetValue<int>() ?? 60);
        return _queries.LastOrDefault(q => q.State == "SUCCEEDED" && q.Sql == sql && q.Parameters.SequenceEqual(parameters)
            && q.Result!.HasHeader && DateTimeOffset.UtcNow - q.Completed < age);
    }

    private static JsonObject Stop(AthenaQuery query)
    {
        query.Stop.Cancel();
        return [];
    }

    private JsonObject Results(AthenaQuery query, JsonObject input)
    {
        if (query.State != "SUCCEEDED") throw Refuse($"Query has not yet finished. Current state: {query.State}");
        AthenaResult result = query.Result!;
        int start = Text(input, "NextToken") is { } token ? int.Parse(token, CultureInfo.InvariantCulture) : 0;
        int size = Math.Min(PageSize, input["MaxResults"]?.GetValue<int>() ?? 1000);
        List<string?[]> all = [.. result.Rows];
        if (result.HasHeader) all.Insert(0, [.. result.Columns.Select(c => c.Name)]);
        var page = new JsonObject
        {
            ["ResultSet"] = new JsonObject
            {
                ["Rows"] = new JsonArray([.. all.Skip(start).Take(size).Select(Row)]),
                ["ResultSetMetadata"] = new JsonObject { ["ColumnInfo"] = new JsonArray([.. result.Columns.Select(Info)]) },
            },
        };
        if (result.UpdateCount is { } count && !Troubles.HidesUpdateCount) page["UpdateCount"] = count;
        if (start + size < all.Count) page["NextToken"] = (start + size).ToString(CultureInfo.InvariantCulture);
        return page;
    }

    private static JsonObject Row(string?[] values) => new()
    {
        ["Data"] = new JsonArray([.. values.Select(v => v is null ? new JsonObject() : new JsonObject { ["VarCharValue"] = v })]),
    };

    private static JsonObject Info(AthenaColumn column) => new()
    {
        ["CatalogName"] = "hive",
        ["SchemaName"] = "",
        ["TableName"] = "",
        ["Name"] = column.Name,
        ["Label"] = column.Name,
        ["Type"] = column.Type,
        ["Precision"] = column.Precision,
        ["Scale"] = column.Scale,
        ["Nullable"] = "UNKNOWN",
        ["CaseSensitive"] = column.Type == "varchar",
    };

    private AthenaQuery Find(JsonObject input)
    {
        string id = Text(input, "QueryExecutionId")!;
        return Queries.FirstOrDefault(q => q.Id == id) ?? throw Refuse($"QueryExecution {id} was not found");
    }

    private AthenaWorkGroup Group(string name) => WorkGroups.GetValueOrDefault(name) ?? throw Refuse($"WorkGroup {name} is not found.");

    private static ServiceErrorException Refuse(string message) => new(400, "InvalidRequestException", message);

    private static string? Text(JsonObject? input, string name) => input?[name]?.GetValue<string>();
}
