using System.Collections.Concurrent;
using System.Text.Json;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Storage;
using DeltaTools.Core.Storage.S3;

namespace DeltaTools.Core.Catalogs.Rest;

/// <summary>Reads tables out of answers, each with the store that reaches its files.</summary>
internal sealed class RestTables(RestSession session, S3Settings settings) : IDisposable
{
    private readonly ConcurrentDictionary<TableIdentifier, TableStore> _stores = new();
    private readonly ConcurrentDictionary<TableIdentifier, string> _tokens = new();
    private readonly ConcurrentBag<TableStore> _made = [];

    /// <summary>Asks the catalog to lend keys, unless the user asks for something else or for nothing.</summary>
    public KeyValuePair<string, string>[] Delegation =>
        session.Config.Properties.GetValueOrDefault(RestProperties.AccessDelegation, "vended-credentials") is { Length: > 0 } wanted
            ? [new("X-Iceberg-Access-Delegation", wanted)] : [];

    /// <summary>The token that the catalog gave for requests about this table.</summary>
    public string? TokenOf(TableIdentifier table) => _tokens.GetValueOrDefault(table);

    /// <exception cref="RestException">As the catalog answers.</exception>
    public async Task<LoadedTable> LoadAsync(TableIdentifier table, CancellationToken cancel)
    {
        var call = new RestCall(HttpMethod.Get, session.Paths.Table(table) + "?snapshots=all", $"load table {table}") { Headers = [.. Delegation], Token = TokenOf(table) };
        return Read(table, await session.TryAsync(call, cancel).ConfigureAwait(false));
    }

    /// <summary>Reads the answer to loading, creating or registering a table.</summary>
    /// <exception cref="IcebergException">Corrupt; Unsupported: the catalog insists on planning scans, or on signing requests, itself.</exception>
    public LoadedTable Read(TableIdentifier table, JsonElement answer)
    {
        var json = new JsonFields(answer, $"Table {table} of {session.Address}");
        TableAccess access = TableAccess.Read(json);
        session.Hide(access.Config);
        foreach ((_, var config) in access.Credentials) session.Hide(config);
        if (access.Config.GetValueOrDefault(RestProperties.ScanPlanningMode) == "server")
        {
            throw IcebergException.Unsupported($"The catalog {session.Address} allows reading table {table} only by plans that it makes itself, which is not supported.");
        }
        if (access.Config.GetValueOrDefault(RestProperties.RemoteSigning) == "true" && access.Credentials.IsEmpty && settings.Login is { AccessKey: null, ProfileName: null })
        {
            throw IcebergException.Unsupported(
                $"The catalog {session.Address} lends no keys for table {table} but signs each request for its files itself (remote signing), which is not supported. "
                + "Let it lend keys (vended credentials), or connect with keys of your own: -AccessKey and -SecretKey, or -ProfileName.");
        }
        if (access.Config.GetValueOrDefault(RestProperties.Token) is { Length: > 0 } token) _tokens[table] = token;
        return Read(table, json, StoreFor(table, access));
    }

    /// <summary>Reads the answer to a commit, which has no keys.</summary>
    public LoadedTable Read(TableIdentifier table, JsonElement answer, IObjectStore store) =>
        Read(table, new JsonFields(answer, $"Table {table} of {session.Address}"), store);

    public void Forget(TableIdentifier table)
    {
        // Whoever deletes the files of a dropped table still has its store; it is disposed of with the connection.
        _stores.TryRemove(table, out _);
        _tokens.TryRemove(table, out _);
    }

    public void Dispose()
    {
        foreach (TableStore store in _made) store.Dispose();
    }

    private static LoadedTable Read(TableIdentifier table, JsonFields json, IObjectStore store) =>
        new(table, json.TextOrNull("metadata-location") ?? "", TableMetadataJson.Read(json.Get("metadata"), json.Place.Field("metadata")), store);

    /// <summary>The same store as long as the catalog says the same but for keys: it holds connections and files on their way.</summary>
    private TableStore StoreFor(TableIdentifier table, TableAccess access)
    {
        TableStore store = _stores.AddOrUpdate(
            table, _ => Make(table, access), (_, known) => known.Fingerprint == access.Fingerprint ? known : Make(table, access));
        store.Offer(access);
        return store;
    }

    private TableStore Make(TableIdentifier table, TableAccess access)
    {
        var store = new TableStore(access, settings.With(access.Config), (prefix, cancel) => RenewAsync(table, prefix, cancel));
        _made.Add(store);
        return store;
    }

    /// <summary>New keys for a place, by their own endpoint where the catalog has it.</summary>
    private async Task<S3Keys> RenewAsync(TableIdentifier table, string prefix, CancellationToken cancel)
    {
        bool own = session.Config.Has(RestPaths.Credentials);
        var call = new RestCall(HttpMethod.Get, own ? session.Paths.CredentialsOf(table) : session.Paths.Table(table), $"lend keys for table {table}")
        {
            Headers = [.. Delegation],
            Token = TokenOf(table),
        };
        TableAccess access = TableAccess.Read(new JsonFields(
            await session.CallAsync(call, cancel).ConfigureAwait(false), $"Keys for table {table} of {session.Address}"));
        foreach ((_, var config) in access.Credentials) session.Hide(config);
        return access.Credentials.Where(c => c.Prefix == prefix).Select(c => TableAccess.KeysOf(c.Config)).FirstOrDefault(k => k is not null)
            ?? throw new IcebergException(IcebergErrorKind.AccessDenied, $"The catalog {session.Address} lends no keys for the files of table {table} any more.");
    }
}
