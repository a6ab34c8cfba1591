namespace DeltaTools.Core.Embedded.Footers;

/// <summary>Changes in a Parquet file whether its nanosecond timestamps are in UTC.</summary>
/// <remarks>
/// The engine reads such columns with microseconds only when the footer says UTC, and never writes that it does. The values are the
/// same either way, and the flag is one byte of the footer.
/// </remarks>
internal static class UtcFlags
{
    private const int True = 1, False = 2, TypeBits = 0x0F;

    /// <param name="path">A file that nobody else uses yet; it is changed in place.</param>
    /// <param name="which">The columns to change, of those that hold timestamps in nanoseconds.</param>
    public static void Set(string path, bool utc, Predicate<SchemaElement> which)
    {
        ParquetFooter footer = ParquetFooter.ReadSchema(path);
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        Span<byte> flag = stackalloc byte[1];
        foreach (SchemaElement element in footer.Schema)
        {
            if (element is not { Logical: LogicalKind.Timestamp, IsNanos: true } || element.IsUtc == utc || !which(element)) continue;
            long offset = footer.Offset + element.UtcFlagOffset;
            if (RandomAccess.Read(file, flag, offset) != 1 || (flag[0] & TypeBits) is not (True or False))
                throw IcebergException.Corrupt($"The Parquet file {path} has an unusual footer: the time zone of {element.Name} cannot be changed.");
            flag[0] = (byte)((flag[0] & ~TypeBits) | (utc ? True : False));
            RandomAccess.Write(file, flag, offset);
        }
    }
}
