using System.Collections.Frozen;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Manifests.Avro;

internal delegate TValue AvroValueReader<out TValue>(ref AvroDecoder decoder);

/// <summary>Reads a map from field id to value, which Iceberg writes as an array of key-value records.</summary>
/// <remarks>Not for concurrent use. Files of one table mostly have metrics of the same columns, so equal arrays of ids are shared.</remarks>
internal sealed class AvroFieldMapReader<TValue>
{
    private enum Role { Skip, Key, Value }

    private readonly AvroValueReader<TValue> _value;
    private readonly FrozenSet<int>? _keep;
    private readonly AvroOptional _item;
    private readonly (Role Role, AvroOptional Field, AvroType Type)[] _steps;
    private int[] _ids = new int[16];
    private TValue[] _values = new TValue[16];
    private int[] _lastIds = [];

    /// <param name="keep">Field ids to keep; null for all.</param>
    /// <param name="keyId">Field id of the key in the map; the value has the next.</param>
    /// <exception cref="InvalidDataException">The type is not such a map.</exception>
    public AvroFieldMapReader(AvroType type, string name, int keyId, (AvroKind, AvroKind) kinds, AvroValueReader<TValue> value, FrozenSet<int>? keep)
    {
        (_value, _keep) = (value, keep);
        _item = type is AvroArray array ? AvroOptional.Of(array.Items) : throw new InvalidDataException($"Field {name} is not a map.");
        if (_item.Type is not AvroRecord record) throw new InvalidDataException($"Field {name} is not a map.");
        _steps = [.. record.Fields.Select(field =>
        {
            Role role = field.Id is { } id
                ? (id == keyId ? Role.Key : id == keyId + 1 ? Role.Value : Role.Skip)
                : (field.Name == "key" ? Role.Key : field.Name == "value" ? Role.Value : Role.Skip);
            if (role == Role.Skip) return (role, default(AvroOptional), field.Type);
            AvroOptional optional = AvroOptional.Of(field.Type);
            if (role == Role.Key) AvroBinding<object>.Expect(optional.Type, $"{name}.key", AvroKind.Int, AvroKind.Long);
            else AvroBinding<object>.Expect(optional.Type, $"{name}.value", kinds.Item1, kinds.Item2);
            return (role, optional, field.Type);
        })];
        if (_steps.Count(s => s.Role == Role.Key) != 1 || _steps.Count(s => s.Role == Role.Value) != 1)
        {
            throw new InvalidDataException($"Field {name} is a map without key or value.");
        }
    }

    public FieldMap<TValue> Read(ref AvroDecoder decoder)
    {
        int used = 0;
        for (int count = decoder.ReadItemCount(empty: false); count != 0; count = decoder.ReadItemCount(empty: false))
        {
            for (; count > 0; count--) ReadItem(ref decoder, ref used);
        }
        return ToMap(used);
    }

    /// <summary>Keys or values that are null (BigQuery's schema allows them) drop the item.</summary>
    private void ReadItem(ref AvroDecoder decoder, ref int used)
    {
        if (!_item.ReadIsPresent(ref decoder)) return;
        int? key = null;
        bool hasValue = false;
        TValue value = default!;
        foreach (ref readonly (Role Role, AvroOptional Field, AvroType Type) step in _steps.AsSpan())
        {
            if (step.Role == Role.Skip || (step.Role == Role.Value && key is { } known && _keep?.Contains(known) == false)) decoder.Skip(step.Type);
            else if (!step.Field.ReadIsPresent(ref decoder)) continue;
            else if (step.Role == Role.Key) key = decoder.ReadInt();
            else (hasValue, value) = (true, _value(ref decoder));
        }
        if (key is not { } id || !hasValue || _keep?.Contains(id) == false) return;
        if (used == _ids.Length)
        {
            Array.Resize(ref _ids, used * 2);
            Array.Resize(ref _values, used * 2);
        }
        (_ids[used], _values[used++]) = (id, value);
    }

    private FieldMap<TValue> ToMap(int used)
    {
        if (used == 0) return FieldMap<TValue>.Empty;
        ReadOnlySpan<int> ids = _ids.AsSpan(0, used);
        if (!ids.SequenceEqual(_lastIds))
        {
            for (int i = 1; i < ids.Length; i++)
            {
                if (ids[i] <= ids[i - 1]) return _ids.Take(used).Zip(_values, KeyValuePair.Create).ToFieldMap();
            }
            _lastIds = ids.ToArray();
        }
        return new FieldMap<TValue>(_lastIds, _values.AsSpan(0, used).ToArray());
    }
}
