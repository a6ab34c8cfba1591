using System.Management.Automation;
using DeltaTools.Core.Manifests;
using DeltaTools.Core.Spec;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Gets the manifests of a table, now or as it was.</summary>
/// <remarks>Partitions tells what the files of a manifest hold in each partition field: readers skip manifests by it.</remarks>
/// <example>Manifests of a table<code>Get-IcebergManifest hr.employee</code></example>
/// <example>Whether the manifests follow the partitions<code>Get-IcebergManifest shop.orders | Select-Object Path, Partitions</code></example>
[Cmdlet(VerbsCommon.Get, "IcebergManifest", DefaultParameterSetName = CurrentSet, HelpUri = Help.Root + "Get-IcebergManifest.md")]
[OutputType(typeof(IcebergManifest))]
public sealed class GetIcebergManifestCommand : SnapshotReadCmdlet
{
    private protected override async Task ReadAsync(OpenTable table, CancellationToken cancel)
    {
        if (Selected(table.Metadata).Snapshot is not { } snapshot) return;
        FieldCatalog fields = new(table.Metadata);
        foreach (ManifestFile manifest in await ManifestListReader.ReadAsync(table.Table.Store, snapshot, table.Metadata, cancel))
        {
            WriteObject(new IcebergManifest(table, fields, manifest));
        }
    }
}
