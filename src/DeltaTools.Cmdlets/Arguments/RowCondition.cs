using System.Collections;
using System.Management.Automation;
using DeltaTools.Core;
using DeltaTools.Core.Expressions;

namespace DeltaTools.Cmdlets.Arguments;

/// <summary>Reads a condition on rows: a text as in SQL, or a hashtable of columns and the values they must have.</summary>
internal static class RowCondition
{
    /// <param name="argument">Null means all rows.</param>
    /// <param name="parameter">Name of the parameter, for errors.</param>
    public static Predicate Of(object? argument, string parameter) => (argument is PSObject wrapped ? wrapped.BaseObject : argument) switch
    {
        null => Predicate.True,
        string text => FilterParser.Parse(text),
        IDictionary columns => EqualityFilter.From(columns),
        var other => throw IcebergException.Invalid($"-{parameter} takes a text such as \"department_id = 2\" or a hashtable, not a {other.GetType().Name}."),
    };
}
