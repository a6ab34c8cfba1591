using System.Collections.Immutable;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Evolution;

namespace DeltaTools.Core.Deltas;

/// <summary>What a raw table must get before a delta fits it.</summary>
internal static class DeltaDrift
{
    /// <summary>The changes that the policy allows and the delta needs; none when it fits as it is.</summary>
    /// <exception cref="IcebergException">SchemaMismatch: it needs more than is allowed; the message lists the differences.</exception>
    public static async Task<ImmutableArray<SchemaChange>> ChangesAsync(
        DuckSession session, DeltaSource delta, Schema table, string tableName, DeltaContract contract, SchemaEvolution policy, CancellationToken cancel)
    {
        var changes = ImmutableArray.CreateBuilder<SchemaChange>();
        var refused = new List<string>();
        if (contract.New.Length > 0)
        {
            if (policy == SchemaEvolution.None)
            {
                refused.AddRange(contract.New.Select(i => $"column '{delta.Columns[i].Name}' is new"));
            }
            else
            {
                ImmutableArray<IcebergType> types = await delta.InferTypesAsync(session, cancel).ConfigureAwait(false);
                changes.AddRange(contract.New.Select(i => new AddColumn(null, new NestedField(0, delta.Columns[i].Name, types[i]))));
            }
        }
        foreach ((NestedField field, IcebergType wider) in Wider(delta, table, contract))
        {
            if (policy == SchemaEvolution.Widen) changes.Add(new WidenColumn(field.Name, wider));
        }
        if (refused.Count > 0)
        {
            throw new IcebergException(IcebergErrorKind.SchemaMismatch,
                $"The columns of '{delta.Name}' do not fit table {tableName}: {string.Join("; ", refused)}."
                + (contract.Missing.Length > 0 ? $" (The table's columns {string.Join(", ", contract.Missing)} are not in the file.)" : "")
                + " Allow new columns with -SchemaEvolution AddColumn, or correct the file's header.");
        }
        if (table.FindField(RawColumns.Absent) is null && await LacksColumnsAsync(session, delta, contract, cancel).ConfigureAwait(false))
        {
            changes.Add(new AddColumn(null, new NestedField(0, RawColumns.Absent, ListType.Of(0, IcebergType.String),
                Doc: "Columns that the row's delta did not carry: unchanged, not NULL")));
        }
        return changes.ToImmutable();
    }

    /// <summary>Columns whose type in the file is wider than the table's. Text is no type; its values are checked one by one.</summary>
    private static IEnumerable<(NestedField Field, IcebergType Type)> Wider(DeltaSource delta, Schema table, DeltaContract contract)
    {
        for (int i = 0; i < table.Fields.Length; i++)
        {
            NestedField field = table.Fields[i];
            if (contract.Feeds[i] is { } feed && delta.Columns[feed].Type is { } type && IsWider(type, field.Type)) yield return (field, type);
        }
    }

    private static bool IsWider(IcebergType type, IcebergType than) => (type, than) switch
    {
        ({ Id: TypeId.Long }, { Id: TypeId.Int }) or ({ Id: TypeId.Double }, { Id: TypeId.Float }) => true,
        (DecimalType wide, DecimalType narrow) => wide.Scale == narrow.Scale && wide.Precision > narrow.Precision,
        _ => false,
    };

    private static async Task<bool> LacksColumnsAsync(DuckSession session, DeltaSource delta, DeltaContract contract, CancellationToken cancel)
    {
        if (contract.Missing.Length > 0) return true;
        string[] tests = [.. contract.Feeds.Where(f => f is not null).Select(f => delta.IsAbsent(f!.Value)).OfType<string>()];
        if (tests.Length == 0) return false;
        List<object?[]> answer = await Embedded.Rows.RowReader.ReadAllAsync(
            session, $"SELECT bool_or({string.Join(" OR ", tests)}) FROM ({delta.NumberedRows})", [], Embedded.Rows.ValueForm.Physical, cancel).ConfigureAwait(false);
        return answer[0][0] is true;
    }
}
