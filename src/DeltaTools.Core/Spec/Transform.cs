namespace DeltaTools.Core.Spec;

/// <summary>Derives a partition or sort value from a column ("Partition Transforms").</summary>
public abstract record Transform
{
    public static readonly Transform Identity = new IdentityTransform();
    public static readonly Transform Year = new YearTransform();
    public static readonly Transform Month = new MonthTransform();
    public static readonly Transform Day = new DayTransform();
    public static readonly Transform Hour = new HourTransform();
    public static readonly Transform Void = new VoidTransform();

    public static Transform Bucket(int count) => new BucketTransform(count);

    public static Transform Truncate(int width) => new TruncateTransform(width);
}

public sealed record IdentityTransform : Transform
{
    public override string ToString() => "identity";
}

/// <summary>Years from 1970.</summary>
public sealed record YearTransform : Transform
{
    public override string ToString() => "year";
}

/// <summary>Months from 1970-01.</summary>
public sealed record MonthTransform : Transform
{
    public override string ToString() => "month";
}

/// <summary>Days from 1970-01-01; the result is a date.</summary>
public sealed record DayTransform : Transform
{
    public override string ToString() => "day";
}

/// <summary>Hours from 1970-01-01 00:00.</summary>
public sealed record HourTransform : Transform
{
    public override string ToString() => "hour";
}

/// <summary>Always NULL: a partition field that was dropped.</summary>
public sealed record VoidTransform : Transform
{
    public override string ToString() => "void";
}

/// <param name="Count">Number of buckets, at least 1.</param>
public sealed record BucketTransform(int Count) : Transform
{
    public override string ToString() => $"bucket[{Count}]";
}

/// <param name="Width">Width of numbers, code points of strings, bytes of binaries; at least 1.</param>
public sealed record TruncateTransform(int Width) : Transform
{
    public override string ToString() => $"truncate[{Width}]";
}

/// <summary>A transform that this version does not know. It is kept, ignored when filtering, and never written with.</summary>
public sealed record UnknownTransform(string Text) : Transform
{
    public override string ToString() => Text;
}
