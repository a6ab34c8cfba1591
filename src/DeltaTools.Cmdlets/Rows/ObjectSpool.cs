using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.Json;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Core;
using DeltaTools.Core.Spec;

namespace DeltaTools.Cmdlets.Rows;

/// <summary>Writes pipeline objects to a scratch file as JSON lines, so that any number of them takes little memory, and notes their types.</summary>
/// <remarks>A property that an object lacks means "unchanged", $null means NULL. Text has no type of its own: what it holds decides.</remarks>
internal sealed class ObjectSpool : IDisposable
{
    private readonly FileStream _file;
    private readonly Utf8JsonWriter _json;
    private readonly Dictionary<string, IcebergType?> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _names = new(StringComparer.OrdinalIgnoreCase);
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true };

    public ObjectSpool()
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"deltatools-{Guid.NewGuid():N}.jsonl");
        _file = new FileStream(Path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1 << 16);
        _json = new Utf8JsonWriter(_file, Options);
    }

    public string Path { get; }

    public long Count { get; private set; }

    /// <summary>Types of the columns whose values all had one.</summary>
    public IReadOnlyDictionary<string, IcebergType> Types =>
        _types.Where(t => t.Value is not null).ToDictionary(t => t.Key, t => t.Value!, StringComparer.Ordinal);

    public void Add(PSObject item)
    {
        _json.WriteStartObject();
        foreach ((string property, object? value) in Members(item))
        {
            string name = NameOf(property, item);
            _json.WritePropertyName(name);
            Note(name, value);
            Write(value, 0);
        }
        _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
        _file.WriteByte((byte)'\n');
        Count++;
    }

    /// <summary>Makes the file ready to be read.</summary>
    public void Complete()
    {
        _json.Dispose();
        _file.Dispose();
    }

    public void Dispose()
    {
        Complete();
        File.Delete(Path);
    }

    private static IEnumerable<(string Name, object? Value)> Members(PSObject item) => item.BaseObject is IDictionary dictionary
        ? TextMap.Entries(dictionary).Select(e => (Convert.ToString(e.Key, CultureInfo.InvariantCulture)!, Unwrap(e.Value)))
        : item.BaseObject is System.Data.DataRow row
            ? row.Table.Columns.Cast<System.Data.DataColumn>().Select(c => (c.ColumnName, row[c] is DBNull ? null : row[c]))
            : item.Properties.Where(p => p.IsGettable).Select(p => (p.Name, Unwrap(p.Value)));

    /// <summary>Case does not tell PowerShell's properties apart, so the first object's spelling is that of all; save where one object has both.</summary>
    private string NameOf(string property, PSObject item)
    {
        if (!_names.TryGetValue(property, out string? first)) _names.Add(property, first = property);
        return first == property || Members(item).Any(m => m.Name == first) ? property : first;
    }

    private static object? Unwrap(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value is DBNull ? null : value;

    private void Note(string name, object? value)
    {
        if (value is null) return;
        IcebergType? type = TypeOf(value);
        _types[name] = !_types.TryGetValue(name, out IcebergType? known) ? type : type is null || known is null ? null : Common(known, type);
    }

    private static IcebergType? TypeOf(object value) => value switch
    {
        bool => IcebergType.Boolean,
        sbyte or byte or short or ushort or int => IcebergType.Int,
        uint or long => IcebergType.Long,
        ulong => IcebergType.Decimal(20, 0),
        float => IcebergType.Float,
        double => IcebergType.Double,
        decimal d => IcebergType.Decimal(28, d.Scale),
        DateOnly => IcebergType.Date,
        TimeOnly or TimeSpan => IcebergType.Time,
        DateTime t => t.Kind == DateTimeKind.Unspecified ? IcebergType.Timestamp : IcebergType.TimestampTz,
        DateTimeOffset => IcebergType.TimestampTz,
        Guid => IcebergType.Uuid,
        byte[] => IcebergType.Binary,
        _ => null,
    };

    /// <summary>The type that holds the values of both, or null: then text of both decides.</summary>
    private static IcebergType? Common(IcebergType a, IcebergType b) => (a, b) switch
    {
        _ when a.Equals(b) => a,
        (DecimalType x, DecimalType y) => IcebergType.Decimal(Math.Max(x.Precision, y.Precision), Math.Max(x.Scale, y.Scale)),
        ({ Id: TypeId.Int or TypeId.Long }, { Id: TypeId.Int or TypeId.Long }) => IcebergType.Long,
        ({ Id: TypeId.Int or TypeId.Long or TypeId.Float or TypeId.Double }, { Id: TypeId.Int or TypeId.Long or TypeId.Float or TypeId.Double }) => IcebergType.Double,
        _ => null,
    };

    private void Write(object? value, int depth)
    {
        if (depth > 64) throw IcebergException.Invalid("An object from the pipeline refers to itself. Select the properties to import.");
        switch (value)
        {
            case null: _json.WriteNullValue(); break;
            case bool b: _json.WriteBooleanValue(b); break;
            case decimal d: _json.WriteNumberValue(d); break;
            case float f when float.IsFinite(f): _json.WriteNumberValue(f); break;
            case double d when double.IsFinite(d): _json.WriteNumberValue(d); break;
            case sbyte or byte or short or ushort or int or uint or long: _json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture)); break;
            case DateTime t: _json.WriteStringValue((t.Kind == DateTimeKind.Local ? t.ToUniversalTime() : t).ToString(t.Kind == DateTimeKind.Unspecified ? "yyyy-MM-ddTHH:mm:ss.ffffff" : "yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture)); break;
            case DateTimeOffset t: _json.WriteStringValue(t.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture)); break;
            case DateOnly d: _json.WriteStringValue(d.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)); break;
            case TimeOnly t: _json.WriteStringValue(t.ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture)); break;
            case TimeSpan t: _json.WriteStringValue(t.ToString(@"hh\:mm\:ss\.ffffff", CultureInfo.InvariantCulture)); break;
            case byte[] bytes: _json.WriteStringValue(Convert.ToHexStringLower(bytes)); break;
            case string or char or Enum: _json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture)); break;
            case IDictionary or PSObject or PSCustomObject: WriteObject(PSObject.AsPSObject(value), depth); break;
            case IEnumerable items: WriteArray(items, depth); break;
            case IFormattable f: _json.WriteStringValue(f.ToString(null, CultureInfo.InvariantCulture)); break;
            default: WriteObject(PSObject.AsPSObject(value), depth); break;
        }
    }

    private void WriteObject(PSObject item, int depth)
    {
        _json.WriteStartObject();
        foreach ((string name, object? value) in Members(item))
        {
            _json.WritePropertyName(name);
            Write(value, depth + 1);
        }
        _json.WriteEndObject();
    }

    private void WriteArray(IEnumerable items, int depth)
    {
        _json.WriteStartArray();
        foreach (object? item in items) Write(Unwrap(item), depth + 1);
        _json.WriteEndArray();
    }
}
