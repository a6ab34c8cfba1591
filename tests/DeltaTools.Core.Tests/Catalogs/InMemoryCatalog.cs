using System.Collections.Concurrent;
using System.Collections.Immutable;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Tests.Catalogs;

/// <summary>A catalog whose pointers live in memory, and whose swaps a test can disturb.</summary>
public sealed class InMemoryCatalog(string warehouse, ConcurrentDictionary<string, string>? pointers = null, ObjectStores? stores = null)
    : PointerCatalog("memory", LocalObjectStore.Instance.Resolve(warehouse), stores ?? ObjectStores.Local)
{
    /// <summary>Shared by connections to one catalog.</summary>
    public ConcurrentDictionary<string, string> Pointers { get; } = pointers ?? new();

    /// <summary>Stands in for the next swaps, one after the other; gets the swap as it should be.</summary>
    public Queue<Func<Func<bool>, Task<bool>>> Disturbances { get; } = new();

    /// <summary>Whether the catalog can be asked.</summary>
    public bool IsReachable { get; set; } = true;

    public bool MayLandLate { get; set; }

    protected internal override bool SwapMayLandLate => MayLandLate;

    public override Task<IReadOnlyList<ImmutableArray<string>>> ListNamespacesAsync(CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<ImmutableArray<string>>>(
            [.. Pointers.Keys.Select(k => TableIdentifier.Parse(k).NamespaceText).Distinct().Order(StringComparer.Ordinal).Select(n => n.Split('.').ToImmutableArray())]);

    public override Task<IReadOnlyList<TableIdentifier>> ListTablesAsync(ImmutableArray<string>? ns, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<TableIdentifier>>(
            [.. Pointers.Keys.Order(StringComparer.Ordinal).Select(TableIdentifier.Parse).Where(t => ns is null || t.Namespace.SequenceEqual(ns.Value))]);

    public override async Task DropTableAsync(TableIdentifier table, CancellationToken cancel)
    {
        if (!Pointers.TryRemove(table.ToString(), out _)) throw await NotFoundAsync(table, cancel);
    }

    protected internal override Task<string?> FindPointerAsync(TableIdentifier table, CancellationToken cancel) =>
        IsReachable ? Task.FromResult(Pointers.GetValueOrDefault(table.ToString()))
            : throw new IcebergException(IcebergErrorKind.StorageFailed, "The catalog does not answer.");

    protected internal override Task<bool> TryInsertPointerAsync(LoadedTable created, CancellationToken cancel) =>
        Task.FromResult(Pointers.TryAdd(created.Identifier.ToString(), created.MetadataLocation));

    protected internal override Task<bool> TrySwapPointerAsync(LoadedTable next, string expected, CancellationToken cancel)
    {
        bool Swap() => Pointers.TryUpdate(next.Identifier.ToString(), next.MetadataLocation, expected);
        return Disturbances.TryDequeue(out Func<Func<bool>, Task<bool>>? disturbance) ? disturbance(Swap) : Task.FromResult(Swap());
    }
}
