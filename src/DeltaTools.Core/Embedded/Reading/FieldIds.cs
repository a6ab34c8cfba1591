using System.Collections.Immutable;
using DeltaTools.Core.Embedded.Footers;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Reading;

/// <summary>Gives ids to the columns of files that have none ("Column Projection").</summary>
internal static class FieldIds
{
    /// <summary>By name mapping; without one by position, as Java does: the first column is field 1.</summary>
    public static PhysicalSchema Assign(PhysicalSchema schema, NameMapping? mapping)
    {
        if (schema.HasIds) return schema;
        return schema.With(mapping is null
            ? [.. schema.Columns.Select((c, i) => c with { Id = i + 1 })]
            : Mapped(schema.Columns, mapping.Fields));
    }

    private static ImmutableArray<PhysicalField> Mapped(ImmutableArray<PhysicalField> columns, ImmutableArray<MappedField> mapping) =>
        [.. columns.Select(c => Mapped(c, mapping))];

    private static PhysicalField Mapped(PhysicalField field, ImmutableArray<MappedField> mapping)
    {
        MappedField? found = mapping.FirstOrDefault(m => m.Names.Contains(field.Name));
        return WithChildren(field with { Id = found?.FieldId }, found?.Fields ?? []);
    }

    /// <summary>Mappings call the parts of lists and maps <c>element</c>, <c>key</c> and <c>value</c>, whatever the file calls them.</summary>
    private static PhysicalField WithChildren(PhysicalField field, ImmutableArray<MappedField> mapping) => field.Kind switch
    {
        PhysicalKind.Struct => field with { Children = Mapped(field.Children, mapping) },
        PhysicalKind.List => field with { Children = [Mapped(field.Children[0] with { Name = "element" }, mapping)] },
        PhysicalKind.Map => field with
        {
            Children =
            [
                Mapped(field.Children[0] with { Name = "key" }, mapping),
                Mapped(field.Children[1] with { Name = "value" }, mapping),
            ],
        },
        _ => field,
    };
}
