using System.Globalization;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>Finds the columns of a raw table that must be widened (int to long, float to double, decimal precision) to take all values of a delta.</summary>
internal sealed class WiderTypes(DuckSession session, DeltaSource delta)
{
    public async Task<List<(NestedField Field, IcebergType Type)>> FindAsync(Schema table, DeltaContract contract, CancellationToken cancel)
    {
        var wider = new List<(NestedField, IcebergType)>();
        var texts = new List<(NestedField Field, IcebergType Wide, int Feed)>();
        for (int i = 0; i < table.Fields.Length; i++)
        {
            NestedField field = table.Fields[i];
            if (contract.Feeds[i] is not { } feed) continue;
            if (delta.Columns[feed].Type is { } type)
            {
                if (IsWider(type, field.Type)) wider.Add((field, type));
            }
            else if (Widest(field.Type) is { } wide)
            {
                texts.Add((field, wide, feed));
            }
        }
        if (texts.Count > 0) wider.AddRange(await FindInTextAsync(texts, cancel).ConfigureAwait(false));
        return wider;
    }

    /// <summary>Text has no type: its values tell whether they fit, and if not, whether they would fit the wider type.</summary>
    private async Task<List<(NestedField, IcebergType)>> FindInTextAsync(List<(NestedField Field, IcebergType Wide, int Feed)> columns, CancellationToken cancel)
    {
        IEnumerable<string> tests = columns.Select(c =>
        {
            StrictCast wide = delta.Cast(c.Feed, c.Wide);
            string digits = c.Wide is DecimalType ? $"max(length(split_part(CAST(abs({wide.Value}) AS VARCHAR), '.', 1)))" : "0";
            return $"[CAST(bool_and({delta.Cast(c.Feed, c.Field.Type).Fits}) AS INTEGER), CAST(bool_and({wide.Fits}) AS INTEGER), {digits}]";
        });
        List<object?[]> answer = await RowReader.ReadAllAsync(
            session, $"SELECT {string.Join(", ", tests)} FROM ({delta.NumberedRows})", [], ValueForm.Physical, cancel).ConfigureAwait(false);
        var wider = new List<(NestedField, IcebergType)>();
        for (int i = 0; i < columns.Count; i++)
        {
            long[] found = [.. ((object?[])answer[0][i]!).Select(v => Convert.ToInt64(v ?? 1, CultureInfo.InvariantCulture))];
            if (found[0] == 1 || found[1] == 0) continue;
            IcebergType type = columns[i].Wide is DecimalType d ? IcebergType.Decimal((int)Math.Min(DecimalType.MaxPrecision, found[2] + d.Scale), d.Scale) : columns[i].Wide;
            wider.Add((columns[i].Field, type));
        }
        return wider;
    }

    private static IcebergType? Widest(IcebergType type) => type switch
    {
        { Id: TypeId.Int } => IcebergType.Long,
        { Id: TypeId.Float } => IcebergType.Double,
        DecimalType d when d.Precision < DecimalType.MaxPrecision => IcebergType.Decimal(DecimalType.MaxPrecision, d.Scale),
        _ => null,
    };

    private static bool IsWider(IcebergType type, IcebergType than) => (type, than) switch
    {
        ({ Id: TypeId.Long }, { Id: TypeId.Int }) or ({ Id: TypeId.Double }, { Id: TypeId.Float }) => true,
        (DecimalType wide, DecimalType narrow) => wide.Scale == narrow.Scale && wide.Precision > narrow.Precision,
        _ => false,
    };
}
