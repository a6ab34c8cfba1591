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

internal readonly unsafe struct IntervalDecoder : IDecoder
{
    private const long TicksPerMicrosecond = 10;

    public object Decode(byte* data, long row)
    {
        byte* entry = data + row * 16;
        int months = *(int*)entry, days = *(int*)(entry + 4);
        long micros = *(long*)(entry + 8);
        TimeSpan time = TimeSpan.FromDays(days) + new TimeSpan(micros * TicksPerMicrosecond);
        return months == 0 ? time : $"{months} months {time:c}";
    }
}
