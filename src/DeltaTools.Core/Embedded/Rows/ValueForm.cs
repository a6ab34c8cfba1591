namespace DeltaTools.Core.Embedded.Rows;

/// <summary>What CLR objects stand for values.</summary>
public enum ValueForm
{
    /// <summary>
    /// For people and PowerShell: date <see cref="DateOnly"/>, time <see cref="TimeOnly"/>, timestamp <see cref="DateTime"/> (unspecified kind),
    /// timestamptz <see cref="DateTimeOffset"/> (UTC), decimal <see cref="decimal"/>, uuid <see cref="Guid"/>, binary <c>byte[]</c>, struct
    /// <see cref="StructValue"/>, list <c>object?[]</c>, map <see cref="System.Collections.Specialized.OrderedDictionary"/>, variant
    /// <see cref="VariantValue"/>. A value that its CLR type cannot hold (decimals beyond 28 digits, years outside 1 to 9999, parts of 100 ns)
    /// is its ISO text instead.
    /// </summary>
    User,

    /// <summary>The forms of <see cref="Spec.IcebergType"/>; structs and lists are <c>object?[]</c>, maps arrays of key-value pairs.</summary>
    Physical,
}
