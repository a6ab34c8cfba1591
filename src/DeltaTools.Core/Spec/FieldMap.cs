using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace DeltaTools.Core.Spec;

/// <summary>Values by field id, in ascending order of the ids. Immutable; compares by value.</summary>
/// <remarks>Two arrays and no tree: planning holds six of these for every file of a table. Maps with equal ids may share one array of them.</remarks>
public sealed class FieldMap<T> : IReadOnlyDictionary<int, T>, IEquatable<FieldMap<T>>
{
    public static readonly FieldMap<T> Empty = new([], []);

    private readonly int[] _ids;
    private readonly T[] _values;

    /// <param name="ids">Ascending and distinct. Neither array may change afterwards.</param>
    internal FieldMap(int[] ids, T[] values) => (_ids, _values) = (ids, values);

    public int Count => _ids.Length;

    public bool IsEmpty => _ids.Length == 0;

    public T this[int key] => TryGetValue(key, out T? value)
        ? value
        : throw new KeyNotFoundException($"There is no value for field {key}.");

    public IEnumerable<int> Keys => _ids;

    public IEnumerable<T> Values => _values;

    internal int[] SortedIds => _ids;

    public bool ContainsKey(int key) => Array.BinarySearch(_ids, key) >= 0;

    public bool TryGetValue(int key, [MaybeNullWhen(false)] out T value)
    {
        int index = Array.BinarySearch(_ids, key);
        value = index < 0 ? default : _values[index];
        return index >= 0;
    }

    /// <summary>The map with one value added or replaced.</summary>
    public FieldMap<T> SetItem(int key, T value) =>
        this.Where(pair => pair.Key != key).Append(KeyValuePair.Create(key, value)).ToFieldMap();

    public IEnumerator<KeyValuePair<int, T>> GetEnumerator()
    {
        for (int i = 0; i < _ids.Length; i++) yield return KeyValuePair.Create(_ids[i], _values[i]);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(FieldMap<T>? other) =>
        other is not null && _ids.AsSpan().SequenceEqual(other._ids)
        && _values.Zip(other._values).All(pair => ValueComparer.Same(pair.First, pair.Second));

    public override bool Equals(object? obj) => Equals(obj as FieldMap<T>);

    public override int GetHashCode() => _ids.Aggregate(_ids.Length, HashCode.Combine);

    public static implicit operator FieldMap<T>(ImmutableSortedDictionary<int, T> values) => values.ToFieldMap();
}

public static class FieldMap
{
    /// <summary>Takes the values in any order; of several for one id the last counts.</summary>
    public static FieldMap<T> ToFieldMap<T>(this IEnumerable<KeyValuePair<int, T>> values)
    {
        if (values is FieldMap<T> map) return map;
        var sorted = new SortedDictionary<int, T>();
        foreach ((int id, T value) in values) sorted[id] = value;
        return sorted.Count == 0 ? FieldMap<T>.Empty : new([.. sorted.Keys], [.. sorted.Values]);
    }
}
