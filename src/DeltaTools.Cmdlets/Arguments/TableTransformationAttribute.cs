using System.Collections;
using System.Management.Automation;

namespace DeltaTools.Cmdlets.Arguments;

/// <summary>Reads tables from their many spellings: text, files and folders, and every output object with a property Table.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TableTransformationAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        Bare(inputData) is IList list ? list.Cast<object?>().Select(Table).ToArray() : Table(inputData);

    /// <exception cref="ArgumentTransformationMetadataException">The value names no table.</exception>
    internal static TableArgument Table(object? input) => Bare(input) switch
    {
        TableArgument table => table,
        TableOutput output => output.Origin,
        string text when !string.IsNullOrWhiteSpace(text) => new TableArgument(text.Trim()),
        FileSystemInfo file => new TableArgument(file.FullName),
        PathInfo path => new TableArgument(path.ProviderPath),
        { } other when PSObject.AsPSObject(other).Properties["Table"]?.Value is { } table => Table(table),
        { } other => throw new ArgumentTransformationMetadataException(
            $"'{other}' names no table. Give namespace.table, the path of a table, or an object with a property Table."),
        null => throw new ArgumentTransformationMetadataException("A table is needed, but the value is null."),
    };

    private static object? Bare(object? input) => input is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : input;
}
