namespace DeltaTools.Core.Expressions;

/// <summary>What a <see cref="ColumnPredicate"/> asks of its column.</summary>
/// <remarks>
/// Numbers compare as IEEE 754 says: -0.0 equals 0.0, and NaN is neither less than, equal to nor greater than anything,
/// so only <see cref="IsNaN"/>, <see cref="NotEqual"/> and <see cref="NotIn"/> are true of it. Text and bytes compare as unsigned bytes.
/// </remarks>
public enum PredicateOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,

    /// <summary>The value is text without wildcards.</summary>
    StartsWith,
    NotStartsWith,

    /// <summary>The value is a pattern in the form of <see cref="LikePattern"/>.</summary>
    Like,
    NotLike,
    IsNull,
    IsNotNull,
    IsNaN,
    IsNotNaN,
}
