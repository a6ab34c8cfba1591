namespace DeltaTools.Core.Embedded.Rows;

/// <summary>A variant as its two parts in the Parquet variant encoding.</summary>
public sealed record VariantValue(byte[] Metadata, byte[] Value);
