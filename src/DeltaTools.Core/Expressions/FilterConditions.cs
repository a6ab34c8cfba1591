using System.Collections.Immutable;

namespace DeltaTools.Core.Expressions;

/// <summary>Reads one test of a column: the part of the filter language below AND, OR and NOT.</summary>
internal sealed class FilterConditions(FilterReader reader)
{
    private readonly FilterLiterals _literals = new(reader);

    /// <summary>Words that are no column unless in double quotes.</summary>
    private static readonly ImmutableArray<string> Reserved = ["AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "IS", "NULL", "TRUE", "FALSE"];

    public static bool IsReserved(string word) => Reserved.Contains(word, StringComparer.OrdinalIgnoreCase);

    public Predicate Read()
    {
        if (!_literals.IsNext) return ReadColumnTest(ReadColumn());
        object literal = _literals.Read();
        if (Comparison() is { } op)
        {
            reader.Take();
            if (_literals.IsNext) throw reader.Expected("a column; one side of a comparison must be one");
            return ColumnPredicate.Of(ReadColumn(), Flip(op), literal);
        }
        return literal is bool value ? value ? Predicate.True : Predicate.False
            : throw reader.Expected("a comparison (=, <>, <, <=, >, >=) after the literal");
    }

    private Predicate ReadColumnTest(string column)
    {
        if (Comparison() is { } op)
        {
            reader.Take();
            return ColumnPredicate.Of(column, op, _literals.Read());
        }
        if (reader.Take("IS")) return ReadIs(column);
        bool not = reader.Take("NOT");
        if (reader.Take("IN")) return ReadIn(column, not ? PredicateOperator.NotIn : PredicateOperator.In);
        if (reader.Take("LIKE")) return ReadLike(column, not);
        if (reader.Take("BETWEEN")) return ReadBetween(column, not);
        if (not) throw reader.Expected("IN, LIKE or BETWEEN after NOT");
        if (reader.Current.Kind == FilterTokenKind.End || reader.Current.IsSymbol(")") || reader.Current.Is("AND") || reader.Current.Is("OR"))
        {
            return ColumnPredicate.Of(column, PredicateOperator.Equal, true);
        }
        throw reader.Expected($"=, <>, <, <=, >, >=, IN, BETWEEN, LIKE or IS after column {column}");
    }

    private ColumnPredicate ReadIs(string column)
    {
        bool not = reader.Take("NOT");
        if (reader.Take("NULL")) return ColumnPredicate.Of(column, not ? PredicateOperator.IsNotNull : PredicateOperator.IsNull);
        reader.Require("NAN", not ? "NULL or NAN after IS NOT" : "NULL, NAN or NOT after IS");
        return ColumnPredicate.Of(column, not ? PredicateOperator.IsNotNaN : PredicateOperator.IsNaN);
    }

    private ColumnPredicate ReadIn(string column, PredicateOperator op)
    {
        reader.RequireSymbol("(", "( and a list of literals after IN");
        ImmutableArray<object>.Builder values = ImmutableArray.CreateBuilder<object>();
        do values.Add(_literals.Read());
        while (reader.TakeSymbol(","));
        reader.RequireSymbol(")", ", and another literal, or the closing ) of IN");
        return new ColumnPredicate(column, op, values.DrainToImmutable());
    }

    private Predicate ReadBetween(string column, bool not)
    {
        object low = _literals.Read();
        reader.Require("AND", "AND and the upper end of BETWEEN");
        Predicate between = Predicate.And(
            ColumnPredicate.Of(column, PredicateOperator.GreaterOrEqual, low),
            ColumnPredicate.Of(column, PredicateOperator.LessOrEqual, _literals.Read()));
        return not ? Predicate.Not(between) : between;
    }

    private ColumnPredicate ReadLike(string column, bool not)
    {
        FilterToken pattern = TakeText("a pattern in single quotes after LIKE");
        char? escape = null;
        if (reader.Take("ESCAPE"))
        {
            FilterToken token = TakeText("one character in single quotes after ESCAPE");
            if (token.Value.Length != 1) throw reader.ExpectedAt(token.Start, "one character in single quotes after ESCAPE");
            escape = token.Value[0];
        }
        string normal = LikePattern.Normalize(pattern.Value, escape)
            ?? throw reader.ExpectedAt(pattern.Start, $"%, _ or {escape} after each escape character {escape} of the pattern");
        (string prefix, string rest) = LikePattern.Split(normal);
        return rest == "%"
            ? ColumnPredicate.Of(column, not ? PredicateOperator.NotStartsWith : PredicateOperator.StartsWith, prefix)
            : ColumnPredicate.Of(column, not ? PredicateOperator.NotLike : PredicateOperator.Like, normal);
    }

    private FilterToken TakeText(string expected) =>
        reader.Current.Kind == FilterTokenKind.Text ? reader.Take() : throw reader.Expected(expected);

    private string ReadColumn()
    {
        string name = ReadName();
        if (!reader.Current.IsSymbol(".")) return name;
        List<string> parts = [name];
        while (reader.TakeSymbol(".")) parts.Add(ReadName());
        return string.Join('.', parts);
    }

    private string ReadName()
    {
        FilterToken token = reader.Current;
        bool isName = token.Kind == FilterTokenKind.QuotedName ? token.Value.Length > 0 : token.Kind == FilterTokenKind.Word && !IsReserved(token.Value);
        if (!isName) throw reader.Expected(token.Kind == FilterTokenKind.Word ? $"a column (write \"{token.Value}\" for one with this name)" : "a column");
        reader.Take();
        return token.Value;
    }

    private PredicateOperator? Comparison() => reader.Current.Kind != FilterTokenKind.Symbol ? null : reader.Current.Value switch
    {
        "=" or "==" => PredicateOperator.Equal,
        "<>" or "!=" => PredicateOperator.NotEqual,
        "<" => PredicateOperator.Less,
        "<=" => PredicateOperator.LessOrEqual,
        ">" => PredicateOperator.Greater,
        ">=" => PredicateOperator.GreaterOrEqual,
        _ => null,
    };

    private static PredicateOperator Flip(PredicateOperator op) => op switch
    {
        PredicateOperator.Less => PredicateOperator.Greater,
        PredicateOperator.LessOrEqual => PredicateOperator.GreaterOrEqual,
        PredicateOperator.Greater => PredicateOperator.Less,
        PredicateOperator.GreaterOrEqual => PredicateOperator.LessOrEqual,
        _ => op,
    };
}
