using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;
using Microsoft.Data.Sqlite;

namespace DeltaTools.Core.Catalogs;

/// <summary>The default catalog: one SQLite file, in the schema of the JDBC catalog that Java, PyIceberg, Go and Rust share.</summary>
/// <remarks>
/// PyIceberg opens it with <c>load_catalog("default", type="sql", uri="sqlite:////path/to/warehouse/catalog.db",
/// warehouse="file:///path/to/warehouse")</c>: its catalog name must be the one in the rows, which is <c>default</c> here. A file whose
/// rows all bear one other name (another program made it) is read and continued under that name. Files of schema V0, without the column
/// <c>iceberg_type</c>, are used as they are; new ones are V1. Views of other programs are left alone.
/// </remarks>
public sealed class SqliteCatalog : PointerCatalog
{
    public const string FileName = "catalog.db";

    private readonly SqliteDatabase _database;
    private readonly SqliteCatalogSchema _schema;

    private SqliteCatalog(string name, string warehouse, ObjectStores stores, SqliteDatabase database, SqliteCatalogSchema schema)
        : base(name, warehouse, stores)
    {
        _database = database;
        _schema = schema;
    }

    /// <summary>Where the database file is.</summary>
    public string DatabasePath => _database.Path;

    /// <summary>Opens the catalog of a local warehouse folder, and creates both when absent.</summary>
    /// <exception cref="IcebergException">Corrupt: the file is damaged or another program's; AccessDenied.</exception>
    public static Task<SqliteCatalog> OpenAsync(string name, string warehouse, CancellationToken cancel)
    {
        string location = LocalObjectStore.Instance.Resolve(warehouse).TrimEnd('/');
        string folder = LocalPath.PathOf(location, OperatingSystem.IsWindows());
        return OpenAsync(name, location, Path.Combine(folder, FileName), ObjectStores.Default, cancel);
    }

    /// <summary>Opens a database file that lies elsewhere than the warehouse.</summary>
    /// <param name="warehouse">Absolute URI of the folder for new tables.</param>
    public static async Task<SqliteCatalog> OpenAsync(
        string name, string warehouse, string databasePath, ObjectStores stores, CancellationToken cancel)
    {
        var database = new SqliteDatabase(databasePath);
        if (!File.Exists(databasePath)) database.EnsureFile();
        SqliteCatalogSchema? schema = await database.ReadAsync(c => SqliteCatalogSchema.Read(c, databasePath), cancel).ConfigureAwait(false);
        schema ??= await database.WriteAsync(c => SqliteCatalogSchema.Create(c, databasePath), SqliteCatalogSchema.New, cancel).ConfigureAwait(false);
        return new(name, warehouse.TrimEnd('/'), stores, database, schema);
    }

    public override Task<IReadOnlyList<ImmutableArray<string>>> ListNamespacesAsync(CancellationToken cancel) => _database.ReadAsync(
        connection =>
        {
            using SqliteCommand command = Command(
                connection,
                "SELECT table_namespace FROM iceberg_tables WHERE catalog_name = $catalog"
                + (_schema.HasNamespaces ? " UNION SELECT namespace FROM iceberg_namespace_properties WHERE catalog_name = $catalog" : ""));
            using SqliteDataReader rows = command.ExecuteReader();
            List<string> names = [];
            while (rows.Read()) names.Add(rows.GetString(0));
            names.Sort(StringComparer.Ordinal);
            return (IReadOnlyList<ImmutableArray<string>>)[.. names.Select(n => n.Split('.').ToImmutableArray())];
        },
        cancel);

    public override Task<IReadOnlyList<TableIdentifier>> ListTablesAsync(ImmutableArray<string>? ns, CancellationToken cancel) => _database.ReadAsync(
        connection =>
        {
            using SqliteCommand command = Command(
                connection,
                "SELECT table_namespace, table_name FROM iceberg_tables WHERE catalog_name = $catalog"
                + (ns is null ? "" : " AND table_namespace = $namespace") + _schema.TablesOnly);
            if (ns is { } wanted) command.Parameters.AddWithValue("$namespace", string.Join('.', wanted));
            using SqliteDataReader rows = command.ExecuteReader();
            List<TableIdentifier> tables = [];
            while (rows.Read()) tables.Add(new([.. rows.GetString(0).Split('.')], rows.GetString(1)));
            return (IReadOnlyList<TableIdentifier>)[.. tables.OrderBy(t => t.ToString(), StringComparer.Ordinal)];
        },
        cancel);

    public override async Task DropTableAsync(TableIdentifier table, CancellationToken cancel)
    {
        bool dropped = await _database.WriteAsync(
            connection =>
            {
                using SqliteCommand command = Command(connection, "DELETE FROM iceberg_tables WHERE " + ThisTable, table);
                return command.ExecuteNonQuery() == 1;
            },
            onDuplicate: false, cancel).ConfigureAwait(false);
        if (!dropped) throw await NotFoundAsync(table, cancel).ConfigureAwait(false);
    }

    public override Task<IDisposable?> TakeTurnAsync(TableIdentifier table, CancellationToken cancel) =>
        CommitTurn.TakeAsync(Path.GetDirectoryName(DatabasePath)!, table, cancel);

    protected internal override bool SwapMayLandLate => false;

    protected internal override Task<string?> FindPointerAsync(TableIdentifier table, CancellationToken cancel) => _database.ReadAsync(
        connection =>
        {
            using SqliteCommand command = Command(connection, "SELECT metadata_location FROM iceberg_tables WHERE " + ThisTable, table);
            return command.ExecuteScalar() switch
            {
                null => null,
                string location => location,
                _ => throw IcebergException.Corrupt($"Catalog {DatabasePath} has no metadata location for table {table}."),
            };
        },
        cancel);

    protected internal override Task<bool> TryInsertPointerAsync(LoadedTable created, CancellationToken cancel) => _database.WriteAsync(
        connection =>
        {
            SqliteCatalogSchema.AddNamespace(connection, _schema.CatalogName, created.Identifier.NamespaceText);
            using SqliteCommand command = Command(connection, _schema.Insert, created.Identifier, ("$next", created.MetadataLocation));
            return command.ExecuteNonQuery() == 1;
        },
        onDuplicate: false, cancel);

    protected internal override Task<bool> TrySwapPointerAsync(LoadedTable next, string expected, CancellationToken cancel) =>
        _database.WriteAsync(
            connection =>
            {
                using SqliteCommand command = Command(
                    connection,
                    "UPDATE iceberg_tables SET metadata_location = $next, previous_metadata_location = $expected WHERE "
                    + ThisTable + " AND metadata_location = $expected",
                    next.Identifier, ("$next", next.MetadataLocation), ("$expected", expected));
                return command.ExecuteNonQuery() == 1;
            },
            onDuplicate: false, cancel);

    private string ThisTable => "catalog_name = $catalog AND table_namespace = $namespace AND table_name = $table" + _schema.TablesOnly;

    private SqliteCommand Command(
        SqliteConnection connection, string sql, TableIdentifier? table = null, params ReadOnlySpan<(string Name, string Value)> parameters)
    {
        SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$catalog", _schema.CatalogName);
        if (table is not null)
        {
            command.Parameters.AddWithValue("$namespace", table.NamespaceText);
            command.Parameters.AddWithValue("$table", table.Name);
        }
        foreach ((string name, string value) in parameters) command.Parameters.AddWithValue(name, value);
        return command;
    }
}
