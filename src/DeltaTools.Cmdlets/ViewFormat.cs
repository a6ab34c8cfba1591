using System.Globalization;

namespace DeltaTools.Cmdlets;

/// <summary>Texts for the format views; the properties keep their raw values.</summary>
public static class ViewFormat
{
    private static readonly string[] Units = ["B", "KB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary><c>512 B</c>, <c>12.3 MB</c>; powers of 1024, as PowerShell's suffixes.</summary>
    public static string? Bytes(long? size)
    {
        if (size is not { } bytes) return null;
        double value = bytes;
        int unit = 0;
        // 1023.95 would print as 1024.0 of the smaller unit.
        while (Math.Abs(value) >= 1023.95 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }
        return unit == 0 ? Invariant($"{bytes} B") : Invariant($"{value:0.0} {Units[unit]}");
    }

    /// <summary><c>1,204</c>.</summary>
    public static string? Count(long? count) => count is { } value ? value.ToString("#,0", CultureInfo.InvariantCulture) : null;

    /// <summary><c>1 row</c>, <c>1,204 rows</c>.</summary>
    /// <param name="what">The noun in the singular.</param>
    public static string Counted(long count, string what) => $"{Count(count)} {what}{(count == 1 ? "" : "s")}";

    /// <summary>Local time with its offset, to the second: <c>2026-11-22 23:04:11 +01:00</c>.</summary>
    public static string? Time(DateTimeOffset? time) =>
        time?.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);

    /// <summary><c>2021-01-03</c>.</summary>
    public static string? Date(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The last part of a path.</summary>
    public static string? FileName(string? path) => path is null ? null : System.IO.Path.GetFileName(path.TrimEnd('/', '\\'));

    /// <summary><c>0.42 s</c>, <c>21.0 s</c>, <c>4:05 min</c>, <c>2:00:07 h</c>.</summary>
    public static string? Duration(TimeSpan? duration) => duration switch
    {
        null => null,
        { TotalSeconds: < 10 } d => Invariant($"{d.TotalSeconds:0.00} s"),
        { TotalSeconds: < 59.95 } d => Invariant($"{d.TotalSeconds:0.0} s"),
        { TotalMinutes: < 60 } d => Invariant($"{(int)d.TotalMinutes}:{d.Seconds:00} min"),
        { } d => Invariant($"{(long)d.TotalHours}:{d.Minutes:00}:{d.Seconds:00} h"),
    };

    /// <summary>A span in its largest whole unit: <c>45 s</c>, <c>30 min</c>, <c>12 h</c>, <c>5 d</c>.</summary>
    public static string? Age(TimeSpan? age) => age switch
    {
        null => null,
        { TotalMinutes: < 1 } a => Invariant($"{(long)a.TotalSeconds} s"),
        { TotalHours: < 1 } a => Invariant($"{(long)a.TotalMinutes} min"),
        { TotalDays: < 1 } a => Invariant($"{(long)a.TotalHours} h"),
        { } a => Invariant($"{(long)a.TotalDays} d"),
    };

    /// <summary>Files before and after: <c>+7/-6</c>.</summary>
    public static string? Change(long? added, long? removed) =>
        added is null && removed is null ? null : Invariant($"+{added ?? 0}/-{removed ?? 0}");

    /// <summary>The end of a location, which tells files apart: <c>…/data/00000-0-abc.parquet</c>.</summary>
    public static string? Tail(string? location)
    {
        const int Most = 46;
        if (location is null || location.Length <= Most) return location;
        int slash = location.IndexOf('/', location.Length - Most + 1);
        return "…" + (slash < 0 || slash == location.Length - 1 ? location[^(Most - 1)..] : location[slash..]);
    }

    /// <summary>A value of a column or partition, as the view of rows shows it.</summary>
    public static string Value(object? value) => Rows.CellText.Of(value);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
