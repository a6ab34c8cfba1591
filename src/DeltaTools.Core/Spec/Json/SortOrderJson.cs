using System.Collections.Frozen;
using System.Text.Json;

namespace DeltaTools.Core.Spec.Json;

/// <summary>Sort orders as JSON (Appendix C, "Sort Orders").</summary>
public static class SortOrderJson
{
    private static readonly FrozenSet<string> Known = ["order-id", "fields"];

    private static readonly FrozenSet<string> KnownOfField = ["transform", "source-id", "source-ids", "direction", "null-order"];

    /// <exception cref="IcebergException">Corrupt.</exception>
    public static SortOrder Read(JsonElement element, JsonPlace place)
    {
        var json = new JsonFields(element, place);
        var order = new SortOrder(json.Int("order-id"), json.Array("fields", ReadField)) { UnknownFields = json.Unknown(Known) };
        return order.OrderId == 0 && !order.IsUnsorted
            ? throw place.Corrupt("has order-id 0, which stands for unsorted, but has fields.")
            : order;
    }

    public static void Write(Utf8JsonWriter writer, SortOrder order)
    {
        writer.WriteStartObject();
        writer.WriteNumber("order-id", order.OrderId);
        writer.Array("fields", order.Fields, WriteField);
        writer.Unknown(order.UnknownFields);
        writer.WriteEndObject();
    }

    private static SortField ReadField(JsonElement element, JsonPlace place)
    {
        var json = new JsonFields(element, place);
        SortDirection direction = json.Text("direction").ToLowerInvariant() switch
        {
            "asc" => SortDirection.Ascending,
            "desc" => SortDirection.Descending,
            _ => throw place.Field("direction").MustBe("asc or desc", json.Get("direction")),
        };
        NullOrder nulls = json.Text("null-order").ToLowerInvariant() switch
        {
            "nulls-first" => NullOrder.NullsFirst,
            "nulls-last" => NullOrder.NullsLast,
            _ => throw place.Field("null-order").MustBe("nulls-first or nulls-last", json.Get("null-order")),
        };
        return new SortField(PartitionSpecJson.ReadSources(json), PartitionSpecJson.ReadTransform(json), direction, nulls)
        {
            UnknownFields = json.Unknown(KnownOfField),
        };
    }

    private static void WriteField(Utf8JsonWriter writer, SortField field)
    {
        writer.WriteStartObject();
        writer.WriteString("transform", field.Transform.ToString());
        PartitionSpecJson.WriteSources(writer, field.SourceIds);
        writer.WriteString("direction", field.Direction == SortDirection.Ascending ? "asc" : "desc");
        writer.WriteString("null-order", field.NullOrder == NullOrder.NullsFirst ? "nulls-first" : "nulls-last");
        writer.Unknown(field.UnknownFields);
        writer.WriteEndObject();
    }
}
