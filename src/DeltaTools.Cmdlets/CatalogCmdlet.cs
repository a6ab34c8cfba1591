using System.Management.Automation;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Cmdlets.Completion;
using DeltaTools.Core;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage.S3;

namespace DeltaTools.Cmdlets;

/// <summary>A cmdlet that works on tables: finds their catalog and opens them.</summary>
public abstract class CatalogCmdlet : AsyncCmdlet
{
    /// <summary>Environment variable with the warehouse folder that is connected when nothing else is.</summary>
    internal const string WarehouseVariable = "DELTATOOLS_WAREHOUSE";

    /// <summary>The catalog to use: a connection or its name. Without it, the catalog of the table that is piped in, else the one connected last,
    /// else the warehouse in the environment variable DELTATOOLS_WAREHOUSE.</summary>
    [Parameter]
    [CatalogTransformation, ArgumentCompleter(typeof(CatalogCompleter))]
    public IcebergCatalog? Catalog { get; set; }

    /// <summary>Prefixes of locations for tables by path whose files were moved.</summary>
    private protected virtual IReadOnlyDictionary<string, string>? Moved => null;

    /// <summary>The connection for a table, by the order that <see cref="Catalog"/> tells.</summary>
    /// <exception cref="IcebergException">NotConnected.</exception>
    private protected async Task<IcebergCatalog> ConnectionAsync(TableArgument? table, CancellationToken cancel)
    {
        RunspaceSession session = RunspaceSession.Current;
        if ((Catalog ?? table?.Connection ?? session.Default) is { } connected)
        {
            return !connected.IsClosed ? connected : throw new IcebergException(IcebergErrorKind.NotConnected, $"The connection '{connected.Name}' was closed.");
        }
        if (Environment.GetEnvironmentVariable(WarehouseVariable) is not { Length: > 0 } warehouse)
        {
            throw new IcebergException(IcebergErrorKind.NotConnected, table is null
                ? "No catalog is connected." : $"No catalog is connected in which to look for table '{table}'.");
        }
        WriteVerbose($"Connecting to {warehouse}, the warehouse in {WarehouseVariable}.");
        IcebergCatalog opened = await IcebergCatalog.OpenAsync(IcebergCatalog.DefaultName, FullPath(warehouse), new S3Settings(), DuckOptions.Default, cancel);
        await session.ConnectAsync(opened);
        return opened;
    }

    /// <summary>Opens one table for the work; wildcards are not allowed.</summary>
    private protected async Task<OpenTable> OpenAsync(TableArgument table, CancellationToken cancel)
    {
        ErrorTarget = table.Text;
        if (table.HasWildcards) throw IcebergException.Invalid($"'{table}' has wildcards, but one table is needed here.");
        return table.IsLocation
            ? await OpenTable.AtAsync(FullPath(table.Text), Moved ?? table.LocationMap, Catalog ?? table.Connection, IcebergCatalog.StoresOf(Catalog ?? table.Connection ?? RunspaceSession.Current.Default), cancel)
            : await OpenTable.NamedAsync(await ConnectionAsync(table, cancel), TableIdentifier.Parse(table.Text), cancel);
    }

    /// <summary>Does the work for each table. An error spoils one table, and the next ones are done, where the cmdlet allows it.</summary>
    private protected async Task ForEachTableAsync(
        IEnumerable<TableArgument> tables, Func<OpenTable, CancellationToken, Task> work, CancellationToken cancel)
    {
        foreach (TableArgument argument in tables)
        {
            foreach (TableArgument table in await ExpandAsync(argument, cancel))
            {
                cancel.ThrowIfCancellationRequested();
                try
                {
                    await work(await OpenAsync(table, cancel), cancel);
                }
                catch (IcebergException e) when (FailsPerItem && !ErrorRecords.EndsPipeline(e))
                {
                    WriteError(ErrorRecords.From(e, table.Text));
                }
            }
        }
    }

    private async Task<IReadOnlyList<TableArgument>> ExpandAsync(TableArgument table, CancellationToken cancel)
    {
        if (!table.HasWildcards) return [table];
        ErrorTarget = table.Text;
        IcebergCatalog connection = await ConnectionAsync(table, cancel);
        WildcardPattern pattern = WildcardPattern.Get(table.Text, WildcardOptions.IgnoreCase);
        IReadOnlyList<TableIdentifier> all = await connection.Catalog.ListTablesAsync(null, cancel);
        return [.. all.Select(t => t.ToString()).Where(pattern.IsMatch).Select(t => new TableArgument(t) { Connection = connection })];
    }
}
