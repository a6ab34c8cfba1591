namespace DeltaTools.Core.Manifests.Avro;

/// <summary>Reads one value and puts it into the target.</summary>
internal delegate void AvroFieldReader<in T>(ref AvroDecoder decoder, T target);

/// <summary>A field that a reader wants: found in the writer's schema by id, or by name where the writer left ids out.</summary>
/// <param name="Compile">Makes the reader for the writer's type (never a union with null); throws <see cref="InvalidDataException"/> when the type does not fit.</param>
/// <param name="OldName">The name that earlier writers used.</param>
internal sealed record AvroBinding<T>(int Id, string Name, Func<AvroType, AvroFieldReader<T>> Compile, string? OldName = null)
{
    public static AvroBinding<T> Long(int id, string name, Action<T, long> set) => new(id, name, type =>
    {
        Expect(type, name, AvroKind.Int, AvroKind.Long);
        return (ref decoder, target) => set(target, decoder.ReadLong());
    });

    public static AvroBinding<T> Int(int id, string name, Action<T, int> set, string? oldName = null) => new(id, name, type =>
    {
        Expect(type, name, AvroKind.Int, AvroKind.Long);
        return (ref decoder, target) => set(target, decoder.ReadInt());
    }, oldName);

    public static AvroBinding<T> Boolean(int id, string name, Action<T, bool> set) => new(id, name, type =>
    {
        Expect(type, name, AvroKind.Boolean);
        return (ref decoder, target) => set(target, decoder.ReadBoolean());
    });

    public static AvroBinding<T> Text(int id, string name, Action<T, string> set) => new(id, name, type =>
    {
        Expect(type, name, AvroKind.String, AvroKind.Bytes);
        return (ref decoder, target) => set(target, decoder.ReadString());
    });

    public static AvroBinding<T> Bytes(int id, string name, Action<T, byte[]> set) => new(id, name, type =>
    {
        Expect(type, name, AvroKind.Bytes, AvroKind.String);
        return (ref decoder, target) => set(target, decoder.ReadBytes().ToArray());
    });

    public static AvroBinding<T> Longs(int id, string name, Action<T, List<long>> set) => new(id, name, type =>
    {
        AvroType items = type is AvroArray array ? array.Items : throw new InvalidDataException($"Field {name} is not an array.");
        AvroOptional item = AvroOptional.Of(items);
        Expect(item.Type, name, AvroKind.Int, AvroKind.Long);
        return (ref decoder, target) =>
        {
            var values = new List<long>();
            for (int count = decoder.ReadItemCount(empty: false); count != 0; count = decoder.ReadItemCount(empty: false))
            {
                for (; count > 0; count--)
                {
                    if (item.ReadIsPresent(ref decoder)) values.Add(decoder.ReadLong());
                }
            }
            set(target, values);
        };
    });

    public static void Expect(AvroType type, string name, AvroKind kind, AvroKind? orKind = null)
    {
        if (type is not AvroPrimitive primitive || (primitive.Kind != kind && primitive.Kind != orKind))
        {
            throw new InvalidDataException($"Field {name} is not {kind.ToString().ToLowerInvariant()}.");
        }
    }
}
