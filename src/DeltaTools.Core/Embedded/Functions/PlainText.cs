using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeltaTools.Core.Embedded.Rows;
using DuckDB.NET.Native;

namespace DeltaTools.Core.Embedded.Functions;

/// <summary>Adds functions that read a value from text in its plain spelling, and give NULL for every other text.</summary>
/// <remarks>
/// Nearly all values are spelled plainly, and to read them here costs a fraction of what the engine's lenient cast and the proof of it cost.
/// A text that gives NULL may still be a value: ask the cast.
/// </remarks>
internal static unsafe class PlainText
{
    /// <summary>INTEGER of digits with or without a sign.</summary>
    public const string Int = "plain_int";

    /// <summary>BIGINT of at most 18 digits with or without a sign.</summary>
    public const string Long = "plain_long";

    /// <summary>DATE of yyyy-MM-dd, from the year 1 on.</summary>
    public const string Date = "plain_date";

    /// <summary>BOOLEAN of t, f, true or false.</summary>
    public const string Boolean = "plain_boolean";

    public static void Register(DuckConnection connection)
    {
        EngineFunction.Register(connection, Int, DuckDBType.Varchar, DuckDBType.Integer, &Ints);
        EngineFunction.Register(connection, Long, DuckDBType.Varchar, DuckDBType.BigInt, &Longs);
        EngineFunction.Register(connection, Date, DuckDBType.Varchar, DuckDBType.Date, &Dates);
        EngineFunction.Register(connection, Boolean, DuckDBType.Varchar, DuckDBType.Boolean, &Booleans);
    }

    private interface IReader<T>
    {
        static abstract bool TryRead(ReadOnlySpan<byte> text, out T value);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Ints(nint info, nint chunk, nint output) => ReadAll<PlainInt, int>(chunk, output);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Longs(nint info, nint chunk, nint output) => ReadAll<PlainLong, long>(chunk, output);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Dates(nint info, nint chunk, nint output) => ReadAll<PlainDate, int>(chunk, output);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Booleans(nint info, nint chunk, nint output) => ReadAll<PlainBoolean, bool>(chunk, output);

    private static void ReadAll<TReader, T>(nint chunk, nint output)
        where TReader : IReader<T>
        where T : unmanaged
    {
        var call = new FunctionCall<T>(chunk, output);
        for (int row = 0; row < call.Count; row++)
        {
            if (!call.IsValid(row)) continue;
            if (TReader.TryRead(EngineText.At(call.Data, row), out T value)) call.Target[row] = value;
            else call.SetNull(row);
        }
    }

    private static bool TryReadDigits(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        foreach (byte digit in text)
        {
            uint number = (uint)(digit - '0');
            if (number > 9) return false;
            value = value * 10 + number;
        }
        return true;
    }

    private readonly struct PlainLong : IReader<long>
    {
        /// <summary>A number of so many digits does not overflow.</summary>
        private const int MaxDigits = 18;

        public static bool TryRead(ReadOnlySpan<byte> text, out long value)
        {
            value = 0;
            bool isNegative = !text.IsEmpty && text[0] == '-';
            if (isNegative || (!text.IsEmpty && text[0] == '+')) text = text[1..];
            if (text.Length is 0 or > MaxDigits || !TryReadDigits(text, out value)) return false;
            if (isNegative) value = -value;
            return true;
        }
    }

    private readonly struct PlainInt : IReader<int>
    {
        public static bool TryRead(ReadOnlySpan<byte> text, out int value)
        {
            bool isNumber = PlainLong.TryRead(text, out long wide);
            value = (int)wide;
            return isNumber && value == wide;
        }
    }

    private readonly struct PlainDate : IReader<int>
    {
        private static readonly int Epoch = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

        /// <param name="value">Days since 1970-01-01.</param>
        public static bool TryRead(ReadOnlySpan<byte> text, out int value)
        {
            value = 0;
            if (text.Length != "yyyy-MM-dd".Length || text[4] != '-' || text[7] != '-') return false;
            if (!TryReadDigits(text[..4], out long year) || !TryReadDigits(text[5..7], out long month) || !TryReadDigits(text[8..], out long day)) return false;
            if (year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth((int)year, (int)month)) return false;
            value = new DateOnly((int)year, (int)month, (int)day).DayNumber - Epoch;
            return true;
        }
    }

    private readonly struct PlainBoolean : IReader<bool>
    {
        public static bool TryRead(ReadOnlySpan<byte> text, out bool value)
        {
            value = text.SequenceEqual("t"u8) || text.SequenceEqual("true"u8);
            return value || text.SequenceEqual("f"u8) || text.SequenceEqual("false"u8);
        }
    }
}
