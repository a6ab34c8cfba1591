using Microsoft.Data.Sqlite;

namespace DeltaTools.Core.Catalogs;

/// <summary>Which tables and columns a catalog file has, and under which catalog name its rows stand.</summary>
/// <param name="CatalogName">Value of <c>catalog_name</c>.</param>
/// <param name="HasType">Schema V1: <c>iceberg_type</c> tells tables from views. V0 holds tables only.</param>
/// <param name="HasNamespaces">Whether <c>iceberg_namespace_properties</c> exists; old files lack it until a table is created.</param>
internal sealed record SqliteCatalogSchema(string CatalogName, bool HasType, bool HasNamespaces)
{
    private const string DefaultCatalogName = "default";

    private static readonly string[] s_required =
        ["catalog_name", "table_namespace", "table_name", "metadata_location", "previous_metadata_location"];

    private const string NamespacesTable = """
        CREATE TABLE IF NOT EXISTS iceberg_namespace_properties (
            catalog_name VARCHAR(255) NOT NULL,
            namespace VARCHAR(255) NOT NULL,
            property_key VARCHAR(255),
            property_value VARCHAR(1000),
            PRIMARY KEY (catalog_name, namespace, property_key));
        """;

    private const string TablesTable = """
        CREATE TABLE IF NOT EXISTS iceberg_tables (
            catalog_name VARCHAR(255) NOT NULL,
            table_namespace VARCHAR(255) NOT NULL,
            table_name VARCHAR(255) NOT NULL,
            metadata_location VARCHAR(1000),
            previous_metadata_location VARCHAR(1000),
            iceberg_type VARCHAR(5),
            PRIMARY KEY (catalog_name, table_namespace, table_name));
        """;

    /// <summary>What this version creates.</summary>
    public static readonly SqliteCatalogSchema New = new(DefaultCatalogName, HasType: true, HasNamespaces: true);

    /// <summary>Condition that leaves out views.</summary>
    public string TablesOnly => HasType ? " AND (iceberg_type = 'TABLE' OR iceberg_type IS NULL)" : "";

    public string Insert => HasType
        ? "INSERT INTO iceberg_tables (catalog_name, table_namespace, table_name, metadata_location, previous_metadata_location, iceberg_type) "
          + "VALUES ($catalog, $namespace, $table, $next, NULL, 'TABLE')"
        : "INSERT INTO iceberg_tables (catalog_name, table_namespace, table_name, metadata_location, previous_metadata_location) "
          + "VALUES ($catalog, $namespace, $table, $next, NULL)";

    /// <summary>The schema of a file, or null when the database is still empty.</summary>
    /// <exception cref="IcebergException">Corrupt: the database is another program's.</exception>
    public static SqliteCatalogSchema? Read(SqliteConnection connection, string path)
    {
        HashSet<string> tables = Texts(connection, "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')");
        if (tables.Count == 0) return null;
        HashSet<string> columns = Texts(connection, "SELECT name FROM pragma_table_info('iceberg_tables')");
        string[] missing = [.. s_required.Except(columns)];
        if (missing.Length > 0)
        {
            throw IcebergException.Corrupt(columns.Count == 0
                ? $"{path} is a SQLite database, but not an Iceberg catalog: it has no table iceberg_tables. Connect another warehouse."
                : $"{path} is not an Iceberg catalog: its table iceberg_tables has no column {string.Join(", ", missing)}.");
        }
        HashSet<string> names = Texts(connection, "SELECT DISTINCT catalog_name FROM iceberg_tables");
        string name = names.Count == 1 ? names.Single() : DefaultCatalogName;
        return new(name, columns.Contains("iceberg_type"), tables.Contains("iceberg_namespace_properties"));
    }

    /// <summary>Creates the tables in an empty database.</summary>
    public static SqliteCatalogSchema Create(SqliteConnection connection, string path)
    {
        // Another process may have been first; then what it made is read.
        if (Read(connection, path) is { } existing) return existing;
        Run(connection, TablesTable + NamespacesTable);
        return New;
    }

    /// <summary>Makes the namespace exist, in the way that Java and PyIceberg ask for it.</summary>
    public static void AddNamespace(SqliteConnection connection, string catalogName, string ns)
    {
        Run(connection, NamespacesTable);
        Run(
            connection,
            "INSERT INTO iceberg_namespace_properties (catalog_name, namespace, property_key, property_value) "
            + "SELECT $catalog, $namespace, 'exists', 'true' WHERE NOT EXISTS "
            + "(SELECT 1 FROM iceberg_namespace_properties WHERE catalog_name = $catalog AND namespace = $namespace)",
            ("$catalog", catalogName), ("$namespace", ns));
    }

    private static void Run(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, string Value)> parameters)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, string value) in parameters) command.Parameters.AddWithValue(name, value);
        command.ExecuteNonQuery();
    }

    private static HashSet<string> Texts(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using SqliteDataReader rows = command.ExecuteReader();
        HashSet<string> texts = new(StringComparer.Ordinal);
        while (rows.Read()) texts.Add(rows.GetString(0));
        return texts;
    }
}
