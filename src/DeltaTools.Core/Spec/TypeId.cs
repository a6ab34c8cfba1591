namespace DeltaTools.Core.Spec;

/// <summary>The types of the specification, "Schemas and Data Types".</summary>
public enum TypeId
{
    Unknown, Boolean, Int, Long, Float, Double, Decimal, Date, Time,
    Timestamp, TimestampTz, TimestampNs, TimestampTzNs,
    String, Uuid, Fixed, Binary, Geometry, Geography,
    Variant, Struct, List, Map,
}
