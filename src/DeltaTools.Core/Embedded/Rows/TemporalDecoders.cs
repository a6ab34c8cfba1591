namespace DeltaTools.Core.Embedded.Rows;

internal readonly unsafe struct DateDecoder() : IDecoder
{
    private const int CacheSize = 1024;
    private readonly (int Days, object? Value)[] _cache = new (int, object?)[CacheSize];

    public object Decode(byte* data, long row)
    {
        int days = ((int*)data)[row];
        ref (int Days, object? Value) slot = ref _cache[days & (CacheSize - 1)];
        if (slot.Days != days || slot.Value is null) slot = (days, ClrValues.Date(days));
        return slot.Value;
    }
}

internal readonly unsafe struct TimeDecoder : IDecoder
{
    public object Decode(byte* data, long row) => ClrValues.Time(((long*)data)[row]);
}

/// <param name="unitsPerSecond">1, 1,000, 1,000,000 or 1,000,000,000.</param>
internal readonly unsafe struct TimestampDecoder(long unitsPerSecond, bool utc) : IDecoder
{
    public object Decode(byte* data, long row) => ClrValues.Timestamp(((long*)data)[row], unitsPerSecond, utc);
}

/// <summary>Dates of a query, which know infinities. Those of tables are days, whatever the engine calls them.</summary>
internal readonly unsafe struct QueryDateDecoder : IDecoder
{
    public object Decode(byte* data, long row) => ((int*)data)[row] switch
    {
        int.MaxValue => "infinity",
        -int.MaxValue => "-infinity",
        int days => ClrValues.Date(days),
    };
}

/// <summary>Timestamps of a query, which know infinities.</summary>
/// <inheritdoc cref="TimestampDecoder"/>
internal readonly unsafe struct QueryTimestampDecoder(long unitsPerSecond, bool utc) : IDecoder
{
    public object Decode(byte* data, long row) => ((long*)data)[row] switch
    {
        long.MaxValue => "infinity",
        -long.MaxValue => "-infinity",
        long value => ClrValues.Timestamp(value, unitsPerSecond, utc),
    };
}

/// <summary>Spans of time: of days and shorter a <see cref="TimeSpan"/>, of months and what that cannot hold a text.</summary>
internal readonly unsafe struct IntervalDecoder : IDecoder
{
    private const long MicrosPerDay = 86_400_000_000, TicksPerMicrosecond = 10, MonthsPerYear = 12;

    public object Decode(byte* data, long row)
    {
        byte* entry = data + row * 16;
        int months = *(int*)entry, days = *(int*)(entry + 4);
        long micros = *(long*)(entry + 8);
        Int128 ticks = ((Int128)days * MicrosPerDay + micros) * TicksPerMicrosecond;
        if (months == 0 && ticks >= long.MinValue && ticks <= long.MaxValue) return new TimeSpan((long)ticks);
        List<string> parts = [];
        Add(parts, months / MonthsPerYear, "year");
        Add(parts, months % MonthsPerYear, "month");
        Add(parts, days, "day");
        if (micros != 0) parts.Add(Clock(micros));
        return string.Join(' ', parts);
    }

    private static void Add(List<string> parts, long count, string unit)
    {
        if (count != 0) parts.Add(FormattableString.Invariant($"{count} {unit}{(count is 1 or -1 ? "" : "s")}"));
    }

    private static string Clock(long micros)
    {
        UInt128 size = (UInt128)Int128.Abs(micros), seconds = size / 1_000_000, rest = size % 1_000_000;
        return FormattableString.Invariant($"{(micros < 0 ? "-" : "")}{seconds / 3600:00}:{seconds / 60 % 60:00}:{seconds % 60:00}{(rest == 0 ? "" : $".{rest:000000}")}");
    }
}
