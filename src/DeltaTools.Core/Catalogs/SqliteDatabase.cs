using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace DeltaTools.Core.Catalogs;

/// <summary>The database file of a SQLite catalog: opening it, waiting for other processes, and its errors in our words.</summary>
/// <remarks>
/// The file stays in rollback-journal mode, never WAL: warehouses often lie on network shares, where the shared memory that WAL needs
/// does not exist and readers on two machines would corrupt the file, while rollback journals need nothing but file locks. Readers are
/// shut out only for the few milliseconds of a commit. <c>synchronous = EXTRA</c> also makes the removal of the journal durable, so
/// that a commit which was reported cannot be undone by a power loss.
/// </remarks>
internal sealed class SqliteDatabase(string path)
{
    /// <summary>How long to wait for another process that holds the file.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    // Result codes of SQLite (sqlite.org/rescode.html).
    private const int Permission = 3, Busy = 5, Locked = 6, ReadOnly = 8, Corrupt = 11, Full = 13, CannotOpen = 14, NotADatabase = 26;
    private const int Constraint = 19;

    public string Path { get; } = path;

    /// <summary>Runs reading statements.</summary>
    public Task<T> ReadAsync<T>(Func<SqliteConnection, T> action, CancellationToken cancel) => RunAsync(action, cancel);

    /// <summary>Runs statements in a transaction that locks out other writers from its start.</summary>
    /// <returns>The action's result, or <paramref name="onDuplicate"/> when a primary key exists already.</returns>
    /// <exception cref="IcebergException">CommitUnknown: the commit itself failed, and may have happened or not.</exception>
    public Task<T> WriteAsync<T>(Func<SqliteConnection, T> action, T onDuplicate, CancellationToken cancel) => RunAsync(
        connection =>
        {
            using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
            T result;
            try
            {
                result = action(connection);
            }
            catch (SqliteException error) when (error.SqliteErrorCode == Constraint)
            {
                return onDuplicate;
            }
            Storage.KillPoint.Reach();
            try
            {
                transaction.Commit();
            }
            catch (SqliteException error) when (error.SqliteErrorCode is not (Busy or Locked))
            {
                throw new IcebergException(IcebergErrorKind.CommitUnknown, $"The commit to catalog {Path} failed: {error.Message}", error);
            }
            return result;
        },
        cancel);

    /// <summary>Creates the file when it is absent, with an empty database.</summary>
    public void EnsureFile()
    {
        try
        {
            Storage.LocalFiles.EnsureFolder(System.IO.Path.GetDirectoryName(Path)!);
            if (!File.Exists(Path)) File.Open(Path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite).Dispose();
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw new IcebergException(
                error is UnauthorizedAccessException ? IcebergErrorKind.AccessDenied : IcebergErrorKind.StorageFailed,
                $"Cannot create catalog {Path}: {error.Message}", error);
        }
    }

    private Task<T> RunAsync<T>(Func<SqliteConnection, T> action, CancellationToken cancel) => Task.Run(
        () =>
        {
            var watch = Stopwatch.StartNew();
            while (true)
            {
                cancel.ThrowIfCancellationRequested();
                try
                {
                    using SqliteConnection connection = Open();
                    return action(connection);
                }
                catch (SqliteException error) when (error.SqliteErrorCode is Busy or Locked && watch.Elapsed < s_patience)
                {
                    // Nothing was changed; SQLite itself waited before it gave up. Now see whether the user has given up too.
                }
                catch (SqliteException error)
                {
                    throw Explain(error);
                }
            }
        },
        cancel);

    private SqliteConnection Open()
    {
        var text = new SqliteConnectionStringBuilder
        {
            DataSource = Path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = 1,
        };
        var connection = new SqliteConnection(text.ToString());
        try
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "PRAGMA busy_timeout = 1000; PRAGMA synchronous = EXTRA;";
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private IcebergException Explain(SqliteException error) => error.SqliteErrorCode switch
    {
        NotADatabase => IcebergException.Corrupt($"Catalog {Path} is not a SQLite database. Restore it, or connect another warehouse.", error),
        Corrupt => IcebergException.Corrupt(
            $"Catalog {Path} is damaged ({error.Message}). Restore it from a backup, or move it away and register the tables again.", error),
        ReadOnly or Permission or CannotOpen => new(
            IcebergErrorKind.AccessDenied, $"Catalog {Path} cannot be opened or changed: {error.Message} Check the rights on the file and its folder.", error),
        Busy or Locked => new(
            IcebergErrorKind.Timeout, $"Catalog {Path} was locked by another process for {s_patience.TotalSeconds:0} s.", error)
        { Retryable = true },
        Full => new(IcebergErrorKind.StorageFailed, $"The disk of catalog {Path} is full.", error),
        _ => new(IcebergErrorKind.StorageFailed, $"Catalog {Path}: {error.Message}", error),
    };
}
