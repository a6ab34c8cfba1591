namespace DeltaTools.Core.Manifests.Avro;

/// <summary>Reads records of the writer's schema into a target. Fields that nobody wants are skipped.</summary>
internal sealed class AvroRecordReader<T>
{
    private readonly (AvroOptional Field, AvroFieldReader<T>? Read, AvroType Type)[] _steps;

    private AvroRecordReader((AvroOptional, AvroFieldReader<T>?, AvroType)[] steps) => _steps = steps;

    /// <exception cref="InvalidDataException">A wanted field has a type that does not fit.</exception>
    public static AvroRecordReader<T> Compile(AvroType type, IReadOnlyCollection<AvroBinding<T>> bindings)
    {
        if (type is not AvroRecord record) throw new InvalidDataException("A record was expected in its Avro schema.");
        HashSet<int> ids = [.. record.Fields.Where(f => f.Id is not null).Select(f => f.Id!.Value)];
        return new([.. record.Fields.Select(field =>
        {
            AvroBinding<T>? binding = bindings.FirstOrDefault(b => field.Id is { } id
                ? id == b.Id
                : !ids.Contains(b.Id) && (field.Name == b.Name || field.Name == b.OldName));
            if (binding is null) return (default(AvroOptional), default(AvroFieldReader<T>), field.Type);
            AvroOptional optional = AvroOptional.Of(field.Type);
            return (optional, binding.Compile(optional.Type), field.Type);
        })]);
    }

    /// <summary>Reads one record; fields that are null or missing leave the target as it is.</summary>
    public void Read(ref AvroDecoder decoder, T target)
    {
        foreach (ref readonly (AvroOptional Field, AvroFieldReader<T>? Read, AvroType Type) step in _steps.AsSpan())
        {
            if (step.Read is null) decoder.Skip(step.Type);
            else if (step.Field.ReadIsPresent(ref decoder)) step.Read(ref decoder, target);
        }
    }
}
