using System.Collections.Immutable;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Evolution;

namespace DeltaTools.Core.Deltas;

/// <summary>What a raw table must get before a delta fits it.</summary>
/// <param name="session">Looks into the delta where its header does not tell.</param>
/// <param name="table">Columns of the raw table.</param>
/// <param name="tableName">For messages.</param>
/// <param name="policy">What may be done.</param>
internal sealed class DeltaDrift(DuckSession session, Schema table, string tableName, DeltaImportOptions policy)
{
    /// <summary>Gives a raw table the column that tells which columns a row's delta did not carry.</summary>
    public static readonly SchemaChange NoteAbsent = new AddColumn(null, new NestedField(
        0, RawColumns.Absent, ListType.Of(0, IcebergType.String), Doc: "Columns that the row's delta did not carry: unchanged, not NULL"));

    /// <summary>The changes that the policy allows and the delta needs; none when it fits as it is.</summary>
    /// <exception cref="IcebergException">SchemaMismatch: it needs more than is allowed; the message is a table of the differences.</exception>
    public async Task<ImmutableArray<SchemaChange>> ChangesAsync(DeltaSource delta, DeltaContract contract, CancellationToken cancel)
    {
        var changes = ImmutableArray.CreateBuilder<SchemaChange>();
        List<ColumnDifference> refused = [.. Unfit(delta, contract), .. Lacking(contract, delta)];
        if (RowNumbers.Of(table) is { } numbers && contract.New.FirstOrDefault(i => delta.Columns[i].Name.Equals(numbers.Name, StringComparison.OrdinalIgnoreCase), -1) is >= 0 and var taken)
        {
            refused.Add(new(delta.Columns[taken].Name, delta.Columns[taken].Type?.ToString(), numbers.Type.ToString(),
                "is where the table keeps the order of the rows: rename one of the two (Set-IcebergTable -RenameColumn)"));
        }
        else if (contract.New.Length > 0)
        {
            ImmutableArray<IcebergType> types = await delta.InferTypesAsync(session, cancel).ConfigureAwait(false);
            if (policy.SchemaEvolution == SchemaEvolution.None)
                refused.AddRange(contract.New.Select(i => new ColumnDifference(delta.Columns[i].Name, types[i].ToString(), null, "is new: allow it with -SchemaEvolution AddColumn")));
            else
                changes.AddRange(contract.New.Select(i => new AddColumn(null, new NestedField(0, delta.Columns[i].Name, types[i]))));
        }
        if (refused.Count > 0) throw Refusal(delta, contract, refused);
        if (policy.SchemaEvolution == SchemaEvolution.Widen)
        {
            foreach ((NestedField field, IcebergType type) in await new WiderTypes(session, delta).FindAsync(table, contract, cancel).ConfigureAwait(false))
                changes.Add(new WidenColumn(field.Name, type));
        }
        if (table.FindField(RawColumns.Absent) is null && await LacksColumnsAsync(delta, contract, cancel).ConfigureAwait(false))
        {
            changes.Add(NoteAbsent);
        }
        return changes.ToImmutable();
    }

    /// <summary>Typed columns that can never become what the table has. Text is no type; its values are checked one by one.</summary>
    private IEnumerable<ColumnDifference> Unfit(DeltaSource delta, DeltaContract contract)
    {
        for (int i = 0; i < table.Fields.Length; i++)
        {
            NestedField field = table.Fields[i];
            if (contract.Feeds[i] is not { } feed || delta.Columns[feed].Type is not { } type || (field.Name == RawColumns.Date && contract.Date is not null)) continue;
            if (!ExactCast.CanFeed(type, field.Type)) yield return new(field.Name, type.ToString(), field.Type.ToString(), "cannot become the table's type");
        }
    }

    private IEnumerable<ColumnDifference> Lacking(DeltaContract contract, DeltaSource delta)
    {
        foreach (string key in policy.Key)
        {
            if (table.FindFieldIgnoreCase(key) is { } field ? !contract.Missing.Contains(field.Name) : delta.Columns.Any(c => c.Name.Equals(key, StringComparison.OrdinalIgnoreCase))) continue;
            yield return new(key, null, table.FindFieldIgnoreCase(key)?.Type.ToString(), "is a key and must be in the delta");
        }
        foreach (NestedField field in table.Fields.Where(f => f.Required && f.Name != RawColumns.Date && contract.Missing.Contains(f.Name)))
        {
            if (!policy.Key.Contains(field.Name, StringComparer.OrdinalIgnoreCase)) yield return new(field.Name, null, field.Type.ToString(), "is required and must be in the delta");
        }
    }

    private IcebergException Refusal(DeltaSource delta, DeltaContract contract, List<ColumnDifference> refused)
    {
        IEnumerable<ColumnDifference> missing = contract.Missing.Where(m => refused.All(r => r.Column != m))
            .Select(m => new ColumnDifference(m, null, table.FindField(m)!.Type.ToString(), "is not in the delta, and stays unchanged"));
        return new IcebergException(IcebergErrorKind.SchemaMismatch,
            $"The columns of '{delta.Name}' do not fit table {tableName}; nothing of it was imported.{Environment.NewLine}"
            + ColumnDifference.Table([.. refused, .. missing]));
    }

    private async Task<bool> LacksColumnsAsync(DeltaSource delta, DeltaContract contract, CancellationToken cancel)
    {
        if (contract.Missing.Length > 0) return true;
        string[] tests = [.. contract.Feeds.Where(f => f is not null).Select(f => delta.IsAbsent(f!.Value)).OfType<string>()];
        if (tests.Length == 0) return false;
        List<object?[]> answer = await RowReader.ReadAllAsync(
            session, $"SELECT bool_or({string.Join(" OR ", tests)}) FROM ({delta.NumberedRows})", [], ValueForm.Physical, cancel).ConfigureAwait(false);
        return answer[0][0] is true;
    }
}
