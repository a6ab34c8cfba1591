using System.Collections.Immutable;

namespace DeltaTools.Core.Spec;

public sealed record NameMapping(ImmutableArray<MappedField> Fields);

public sealed record MappedField(int? FieldId, ImmutableArray<string> Names, ImmutableArray<MappedField> Fields);
