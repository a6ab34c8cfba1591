using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Storage;
using DeltaTools.Core.Storage.S3;

namespace DeltaTools.Core.Catalogs.Rest;

/// <summary>A catalog behind Iceberg's REST interface: Polaris, Lakekeeper, Nessie, Unity, Gravitino, Glue, S3 Tables and others.</summary>
/// <remarks>
/// The server writes the metadata files and checks what a commit requires; so changes that do not touch each other both succeed. Every
/// call may be sent again after a lost answer, and finds its own earlier effect then; see <see cref="RestCommit"/>. Tables are created in
/// one call, not staged: they are empty, so there is nothing that would have to come with them.
/// </remarks>
public sealed class RestCatalog : ICatalog
{
    private readonly RestSession _session;
    private readonly RestNamespaces _namespaces;
    private readonly RestTables _tables;

    private RestCatalog(string name, RestSession session, S3Settings storage)
    {
        Name = name;
        _session = session;
        _namespaces = new(session);
        _tables = new(session, storage);
        Stores = ObjectStores.Local.WithS3(storage);
        Warehouse = session.Config.Properties.GetValueOrDefault(RestProperties.Warehouse) is { Length: > 0 } warehouse ? warehouse.TrimEnd('/') : session.Address;
    }

    public string Name { get; }

    /// <summary>As the server or the user names it: a place, or only a name; without either, the address.</summary>
    public string Warehouse { get; }

    public ObjectStores Stores { get; }

    /// <summary>Logs in and takes over the server's configuration.</summary>
    /// <exception cref="IcebergException">InvalidArgument: not the address of a REST catalog, or an unknown warehouse; Unsupported: remote signing is asked for; AccessDenied; StorageFailed.</exception>
    public static async Task<RestCatalog> OpenAsync(string name, RestSettings settings, CancellationToken cancel)
    {
        RestSession session = await RestSession.OpenAsync(settings, cancel).ConfigureAwait(false);
        try
        {
            if (session.Config.Properties.GetValueOrDefault(RestProperties.AccessDelegation) is { } wanted && wanted.Contains("remote-signing", StringComparison.OrdinalIgnoreCase))
                throw IcebergException.Unsupported($"Property {RestProperties.AccessDelegation} = '{wanted}': remote signing is not supported. Use vended-credentials, or '' with keys of your own.");
            return new(name, session, settings.Storage.With(session.Config.Properties));
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    public Task<IReadOnlyList<ImmutableArray<string>>> ListNamespacesAsync(CancellationToken cancel) => _namespaces.ListAsync(cancel);

    public async Task<IReadOnlyList<TableIdentifier>> ListTablesAsync(ImmutableArray<string>? ns, CancellationToken cancel)
    {
        ConcurrentBag<TableIdentifier> tables = [];
        IEnumerable<ImmutableArray<string>> namespaces = ns is { } one ? [one] : await ListNamespacesAsync(cancel).ConfigureAwait(false);
        await RestNamespaces.EachAsync(namespaces, async (level, token) =>
        {
            string about = $"list the tables of {string.Join('.', level)}";
            try
            {
                foreach (TableIdentifier table in await _session.ListAsync(_session.Paths.Tables(level), "identifiers", about, ReadIdentifier, token).ConfigureAwait(false)) tables.Add(table);
            }
            catch (RestException error) when (error.Status == 404)
            {
                // Dropped since it was listed, or never there.
            }
            catch (RestException error)
            {
                throw RestErrors.ToIceberg(error, _session.Address, about);
            }
        }, cancel).ConfigureAwait(false);
        return [.. tables.Distinct().OrderBy(t => t.ToString(), StringComparer.Ordinal)];
    }

    public async Task<LoadedTable> LoadTableAsync(TableIdentifier table, CancellationToken cancel)
    {
        try
        {
            return await _tables.LoadAsync(table, cancel).ConfigureAwait(false);
        }
        catch (RestException error)
        {
            throw await ExplainAsync(error, table, "load table", cancel).ConfigureAwait(false);
        }
    }

    public async Task<LoadedTable> CreateTableAsync(TableIdentifier table, string? location, Func<string, TableMetadata> create, CancellationToken cancel)
    {
        // The server chooses the place when the user does not; what the metadata say of it until then is not sent.
        TableMetadata wanted = create(location is null ? "file:///" : Stores.For(location).Resolve(location).TrimEnd('/'));
        var call = new RestCall(HttpMethod.Post, _session.Paths.Tables(table.Namespace), $"create table {table}")
        {
            Body = JsonText.Bytes(writer => WriteCreate(writer, table, location is null ? null : wanted.Location, wanted)),
            Headers = [.. _tables.Delegation, .. IdempotencyKey()],
        };
        // A table that is there now was not made by a first attempt whose answer gets lost.
        if (await ExistsAsync(table, call.About, cancel).ConfigureAwait(false)) throw PointerCatalog.Exists(table);
        for (bool again = false; ; again = true)
        {
            try
            {
                LoadedTable created = _tables.Read(table, await _session.TryAsync(call, cancel).ConfigureAwait(false));
                return created.Metadata.FormatVersion >= wanted.FormatVersion ? created : await CommitAsync(
                    created, new([new AssertTableUuid(created.Metadata.TableUuid!.Value)], [new UpgradeFormatVersion(wanted.FormatVersion)]), cancel).ConfigureAwait(false);
            }
            catch (RestException error) when (error.Status == 404 && !again)
            {
                await _namespaces.CreateAsync(table.Namespace, IdempotencyKey, cancel).ConfigureAwait(false);
            }
            catch (RestException error) when (error.MayHaveHappened && error.Status is 0 or 409 or >= 500)
            {
                if (await FindCreatedAsync(table, wanted).ConfigureAwait(false) is { } found) return found;
                throw error.Status == 409 ? PointerCatalog.Exists(table) : _session.Explain(error, call);
            }
            catch (RestException error)
            {
                throw error.Status == 409 ? PointerCatalog.Exists(table) : _session.Explain(error, call);
            }
        }
    }

    public async Task<LoadedTable> CommitAsync(LoadedTable current, TableCommit commit, CancellationToken cancel)
    {
        MetadataUpdates.CheckRequirements(current.Metadata, commit.Requirements);
        if (ReferenceEquals(MetadataUpdates.Apply(current.Metadata, commit.Updates, TableClock.Now(current.Metadata)), current.Metadata)) return current;
        try
        {
            return await new RestCommit(_session, _tables, current, commit).RunAsync([.. IdempotencyKey()], cancel).ConfigureAwait(false);
        }
        catch (RestException error)
        {
            throw await ExplainAsync(error, current.Identifier, "commit to table", cancel).ConfigureAwait(false);
        }
    }

    public async Task<LoadedTable> RegisterTableAsync(TableIdentifier table, string metadataLocation, CancellationToken cancel)
    {
        string location = Stores.For(metadataLocation).Resolve(metadataLocation);
        var call = new RestCall(HttpMethod.Post, _session.Paths.Register(table.Namespace), $"register table {table}")
        {
            Body = JsonText.Bytes(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("name", table.Name);
                writer.WriteString("metadata-location", location);
                writer.WriteEndObject();
            }),
            Headers = [.. _tables.Delegation, .. IdempotencyKey()],
        };
        for (bool again = false; ; again = true)
        {
            try
            {
                return _tables.Read(table, await _session.TryAsync(call, cancel).ConfigureAwait(false));
            }
            catch (RestException error) when (error is { Status: 404, Type: "NoSuchNamespaceException" } && !again)
            {
                await _namespaces.CreateAsync(table.Namespace, IdempotencyKey, cancel).ConfigureAwait(false);
            }
            catch (RestException error)
            {
                if (error.Status == 404) throw IcebergException.Corrupt($"{location} cannot be registered as table {table}: {error.Message}");
                if (error.Status != 409) throw _session.Explain(error, call);
                if (error.MayHaveHappened && await TryLoadAsync(table).ConfigureAwait(false) is { } found && found.MetadataLocation == location) return found;
                throw PointerCatalog.Exists(table);
            }
        }
    }

    public async Task DropTableAsync(TableIdentifier table, CancellationToken cancel)
    {
        var call = new RestCall(HttpMethod.Delete, _session.Paths.Table(table) + "?purgeRequested=false", $"drop table {table}")
        {
            Headers = [.. IdempotencyKey()],
            Token = _tables.TokenOf(table),
        };
        // Then «not found» in answer to the drop means that it is gone: HttpClient may send it twice, unseen.
        if (!await ExistsAsync(table, call.About, cancel).ConfigureAwait(false))
        {
            throw TableNotFound.Error(table, await ListTablesAsync(null, cancel).ConfigureAwait(false));
        }
        try
        {
            await _session.TryAsync(call, cancel).ConfigureAwait(false);
        }
        catch (RestException error) when (error.Status == 404)
        {
            // Gone, as it should be.
        }
        catch (RestException error)
        {
            throw await ExplainAsync(error, table, "drop table", cancel).ConfigureAwait(false);
        }
        _tables.Forget(table);
    }

    public ValueTask DisposeAsync()
    {
        _tables.Dispose();
        Stores.Dispose();
        _session.Dispose();
        return ValueTask.CompletedTask;
    }

    private IEnumerable<KeyValuePair<string, string>> IdempotencyKey() =>
        _session.Config.HasIdempotencyKeys ? [new("Idempotency-Key", Guid.CreateVersion7().ToString())] : [];

    private static void WriteCreate(Utf8JsonWriter writer, TableIdentifier table, string? location, TableMetadata wanted)
    {
        writer.WriteStartObject();
        writer.WriteString("name", table.Name);
        writer.OptionalText("location", location);
        writer.WritePropertyName("schema");
        SchemaJson.Write(writer, wanted.CurrentSchema);
        writer.WritePropertyName("partition-spec");
        PartitionSpecJson.Write(writer, wanted.DefaultSpec);
        writer.WritePropertyName("write-order");
        SortOrderJson.Write(writer, wanted.SortOrders.First(o => o.OrderId == wanted.DefaultSortOrderId));
        writer.WriteBoolean("stage-create", false);
        // Servers take the format version from the properties and do not keep it there.
        writer.TextMap("properties", wanted.Properties.SetItem("format-version", wanted.FormatVersion.ToString(CultureInfo.InvariantCulture)));
        writer.WriteEndObject();
    }

    /// <summary>The table that a create without answer has made: what was asked for, and still empty. Whoever else made it asked for the same.</summary>
    private async Task<LoadedTable?> FindCreatedAsync(TableIdentifier table, TableMetadata wanted)
    {
        LoadedTable? found = await TryLoadAsync(table).ConfigureAwait(false);
        return found is not null && found.Metadata.Snapshots.IsEmpty && found.Metadata.CurrentSchema.SameAs(wanted.CurrentSchema)
            && wanted.Properties.All(p => found.Metadata.Properties.GetValueOrDefault(p.Key) == p.Value) ? found : null;
    }

    private async Task<bool> ExistsAsync(TableIdentifier table, string about, CancellationToken cancel)
    {
        var call = new RestCall(HttpMethod.Head, _session.Paths.Table(table), about) { Token = _tables.TokenOf(table) };
        try
        {
            await _session.TryAsync(call, cancel).ConfigureAwait(false);
            return true;
        }
        catch (RestException error)
        {
            return error.Status == 404 ? false : throw _session.Explain(error, call);
        }
    }

    private async Task<LoadedTable?> TryLoadAsync(TableIdentifier table)
    {
        try
        {
            return await _tables.LoadAsync(table, CancellationToken.None).ConfigureAwait(false);
        }
        catch (RestException)
        {
            return null;
        }
    }

    private async Task<IcebergException> ExplainAsync(RestException error, TableIdentifier table, string verb, CancellationToken cancel) =>
        // Servers name it differently; without any name it is not the catalog that speaks.
        error is { Status: 404, Type.Length: > 0 }
            ? TableNotFound.Error(table, await ListTablesAsync(null, cancel).ConfigureAwait(false))
            : RestErrors.ToIceberg(error, _session.Address, $"{verb} {table}");

    private static TableIdentifier ReadIdentifier(JsonElement element, JsonPlace place)
    {
        var json = new JsonFields(element, place);
        return new(RestNamespaces.ReadLevels(json.Get("namespace"), place.Field("namespace")), json.Text("name"));
    }
}
