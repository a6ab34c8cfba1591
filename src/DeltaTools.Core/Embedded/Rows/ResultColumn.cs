using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Rows;

/// <param name="Name">Name for the user.</param>
/// <param name="Type">Iceberg type, or null when the query made a type that Iceberg does not have.</param>
public sealed record ResultColumn(string Name, IcebergType? Type);
