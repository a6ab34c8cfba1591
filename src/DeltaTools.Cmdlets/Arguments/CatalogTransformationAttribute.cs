using System.Management.Automation;

namespace DeltaTools.Cmdlets.Arguments;

/// <summary>Takes a connection, or the name of one that this session has.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CatalogTransformationAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object input = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (input is IcebergCatalog catalog) return catalog;
        RunspaceSession session = RunspaceSession.Current;
        return session.Find(input?.ToString() ?? "") ?? throw new ArgumentTransformationMetadataException(session.Catalogs.Count == 0
            ? $"No catalog is connected under the name '{input}'. Run Connect-IcebergCatalog -Name {input}."
            : $"No catalog is connected under the name '{input}'. Connected are: {string.Join(", ", session.Catalogs.Select(c => c.Name))}.");
    }
}
